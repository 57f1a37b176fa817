"""Answer with lists and their reasons, as JSON over HTTP: of a strategy file, or of what is live in the store."""

import argparse
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import get_args

import uvicorn

from engine.commands.chosen_bench import add_chosen_model, open_chosen_bench
from engine.commands.crowding import drift_text
from engine.commands.listening import listen, read_token, url_of
from engine.commands.saved import shop_with_live
from engine.commands.shared import ProgressLine
from engine.serving import FromFile, FromStore, LiveSlates, Strategies, SurfaceState, app
from engine.serving.connections import PatientProtocol
from engine.strategies import Store
from engine.strategy.rules import Surface
from engine.strategy.strategy import read_strategy

PATIENCE = 10  # seconds that answers under way get when the server is told to stop


def arguments(parser: argparse.ArgumentParser) -> None:
    add_chosen_model(parser)
    parser.add_argument("--strategy", type=Path, help="strategy JSON (default: what is live in the saved strategies)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; others than loopback need a token")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on; 0 takes a free one (default 8000)")


def run(options: argparse.Namespace) -> None:
    store = None if options.strategy else Store.open()
    try:
        strategies: Strategies
        if store is None:
            strategies = FromFile(options.strategy.stem, read_strategy(options.strategy))
        else:
            strategies = FromStore(store, shop_with_live(store, options.data, get_args(Surface)))
        with listen(options.host, options.port) as listening:
            _serve(options, strategies, listening)
    finally:
        if store is not None:
            store.close()


def _serve(options: argparse.Namespace, strategies: Strategies, listening: socket.socket) -> None:
    token, url, progress = read_token(listening), url_of(listening), ProgressLine()

    def ready() -> None:
        progress.close()
        for surface, place in live.places.items():
            print(_surface_text(surface, place))
        print(f"ready on {url}", flush=True)

    def changed(surface: Surface, place: SurfaceState) -> None:
        print(_surface_text(surface, place), flush=True)

    def failed() -> None:
        progress.close()
        server.should_exit = True

    live = LiveSlates(
        lambda report: open_chosen_bench(options, report), strategies, bool(options.strategy),
        report=progress, on_ready=ready, on_failure=failed, on_change=changed,
    )  # fmt: skip
    server = uvicorn.Server(
        uvicorn.Config(
            app(live, token), http=PatientProtocol, ws="none", lifespan="off", log_level="warning", access_log=False,
            server_header=False, proxy_headers=False, timeout_graceful_shutdown=PATIENCE,
        )
    )  # fmt: skip
    with _stopped_in_peace(server):
        print(f"listening on {url}, preparing (stop with Ctrl+C)", flush=True)
        live.start()
        try:
            server.run(sockets=[listening])
        finally:
            live.stop()
    if live.failure is not None:
        raise live.failure
    print("stopped", flush=True)


@contextmanager
def _stopped_in_peace(server: uvicorn.Server) -> Iterator[None]:
    """A signal before uvicorn listens to signals stops it too; the one that it raises again when it is done is void."""

    def stop(number: int, frame: FrameType | None) -> None:
        server.should_exit = True

    before = {signum: signal.signal(signum, stop) for signum in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)


def _surface_text(surface: str, place: SurfaceState) -> str:
    if place.prepared is not None:
        strategy = place.prepared.source.strategy
        version = "" if strategy.version is None else f", version {strategy.version}"
        model = place.prepared.source.model
        knows = "" if model.until is None else f" (knows the log before {model.until})"
        lists = f"{len(place.prepared.slates.items):,} lists of {strategy.name}{version}, λ {strategy.diversity:g}"
        spread = f", σ {place.prepared.strategy.spread:g}" if place.prepared.strategy.spread else ""
        drift = f"; {drift_text(place.prepared.drift)}" if place.prepared.drift else ""
        return f"{surface}: {lists}{spread}, by {model.name}{knows}{drift}"
    return f"{surface}: {place.refused or 'no strategy is live'}"
