// A ranked list: rank, move, product with its facets beneath, price, relevance bar, why it is here.
// Everything shown is set as text, never as markup.
const row = (entry, seen) => {
  const line = el("tr", seen && !seen.has(entry.id) ? "entered" : "")
  line.dataset.item = entry.id
  const move = el("td", `move ${entry.tone ?? ""}`, entry.move)
  if (entry.move_label) move.setAttribute("aria-label", entry.move_label)
  const product = el("td", "product")
  product.append(el("div", "name", entry.title), el("div", "under", entry.under))
  product.title = `${entry.title}\n${entry.under}`
  const bar = el("td", "bar")
  const track = el("span", "track")
  const fill = el("span", "fill")
  fill.style.width = `${entry.share}%`
  track.append(fill)
  bar.append(track, entry.value)
  const why = el("td", "why")
  why.title = entry.terms ?? ""
  for (const part of entry.why) why.append(el(part.strong ? "b" : "span", "", part.text))
  line.append(el("td", "rank", entry.rank), move, product, el("td", "price", entry.price), bar, why)
  line.setAttribute("role", "row") // a narrow list is laid out as a grid, which takes the table's roles away
  for (const cell of line.children) cell.setAttribute("role", "cell")
  return line
}

export default function (component) {
  const { data, parentElement } = component
  const root = parentElement.querySelector(".list-root")
  const before = [...root.querySelectorAll("tr[data-item]")].map((node) => node.dataset.item)
  const table = el("table")
  table.setAttribute("aria-label", data.label)
  table.setAttribute("role", "table")
  table.classList.toggle("unpriced", data.rows.every((entry) => !entry.price)) // a shop that knows no prices
  const head = el("tr")
  data.heads.forEach((text, i) => {
    const cell = el("th", ["rank", "move", "product", "price", "bar", "why"][i], text)
    cell.scope = "col"
    head.append(cell)
  })
  const seen = before.length ? new Set(before) : null
  const body = el("tbody")
  body.append(...data.rows.map((entry) => row(entry, seen)))
  const top = el("thead")
  top.append(head)
  table.append(top, body)
  root.replaceChildren(table)
}
