// Metric cards: label, help, one or more blocks of value, change and sparkline, and a sentence of meaning.
// Everything shown is set as text, never as markup.
const svg = (tag, attributes) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag)
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  return node
}

const sparkline = ({ values, at, apart, low, high, label }) => {
  const box = el("div", "spark-box")
  const x = (i) => (100 * i) / Math.max(values.length - 1, 1)
  const y = (v) => 31 - (28 * (v - low)) / (high - low || 1)
  const picture = svg("svg", { class: "spark", viewBox: "0 0 100 34", preserveAspectRatio: "none", role: "img" })
  picture.setAttribute("aria-label", label)
  picture.append(svg("line", { x1: 0, x2: 100, y1: 33.5, y2: 33.5 }))
  const known = values.map((v, i) => [i, v]).filter(([i, v]) => v !== null && !(apart && i === at))
  picture.append(svg("path", { d: known.map(([i, v], n) => `${n ? "L" : "M"}${x(i)},${y(v)}`).join("") }))
  box.append(picture)
  if (values[at] !== null && values[at] !== undefined) {
    const dot = el("span", "dot")
    dot.style.left = `${x(at)}%`
    dot.style.top = `${y(values[at])}px`
    box.append(dot)
  }
  return box
}

const block = (data) => {
  const node = el("div", "block")
  if (data.title) node.append(el("div", "title", data.title))
  const value = el("div", "value", data.value)
  if (data.unit) value.append(" ", el("small", "", data.unit))
  node.append(value)
  if (data.change || data.from) {
    const change = el("div", "change")
    if (data.change) change.append(el("span", `pill ${data.tone ?? ""}`, data.change))
    if (data.from) change.append(el("span", "", data.from))
    node.append(change)
  }
  if (data.spark) node.append(sparkline(data.spark))
  return node
}

export default function (component) {
  const { data, parentElement } = component
  const root = parentElement.querySelector(".cards-root")
  const grid = el("div", `cards ${data.plain ? "plain" : ""}`)
  if (data.least) grid.style.setProperty("--least", `${data.least}px`)
  for (const card of data.cards) {
    const node = el("section", "card")
    node.dataset.card = card.key
    const label = el("div", "label")
    label.append(el("span", "", card.label))
    if (card.help) {
      const help = el("button", "help", "?")
      help.type = "button"
      help.setAttribute("aria-label", card.help)
      help.append(el("span", "tip", card.help))
      label.append(help)
    }
    node.append(label, ...card.blocks.map(block))
    if (card.note) node.append(el("div", "note", card.note))
    grid.append(node)
  }
  root.replaceChildren(grid)
}
