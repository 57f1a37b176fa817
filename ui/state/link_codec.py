"""How a setting of several parts is read from a link and written into one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True)
class LinkText:
    """Metadata of a field of `View`: a text is read (ValueError where it is not allowed), any other value is taken as
    it is; in a link it is written as a text (ValueError where it is too long for one)."""

    read: Callable[[str], Any]
    write: Callable[[Any], str]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def before(value: Any) -> Any:
            return self.read(value) if isinstance(value, str) else value

        def after(value: Any) -> Any:
            self.write(value)
            return value

        return core_schema.no_info_after_validator_function(
            after,
            core_schema.no_info_before_validator_function(before, handler(source)),
            serialization=core_schema.plain_serializer_function_ser_schema(self.write, when_used="json"),
        )
