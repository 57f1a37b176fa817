// Saves the chart above as PNG or SVG: plotly draws it, we add the card's title and our font.
// Plotly hands its picture over by a click on a link; that click is taken over here, so nothing of plotly is patched.
const NS = "http://www.w3.org/2000/svg"
const PAD = 16 // pixels around the chart
const SHARP = 2 // pixels of a PNG per pixel on screen

const drawn = (chart) =>
  new Promise((done, fail) => {
    const button = chart?._fullLayout?._modeBar?.buttons.flat().find((entry) => entry.name === "toImage")
    if (!button) return fail(new Error("the chart has no image button"))
    const take = (event) => {
      if (event.target.download !== "evenshelf-chart.svg") return
      event.preventDefault()
      event.stopPropagation()
      end()
      fetch(event.target.href).then((found) => found.text()).then(done, fail)
    }
    const late = setTimeout(() => (end(), fail(new Error("the chart gave no picture"))), 60000)
    const end = () => (clearTimeout(late), document.removeEventListener("click", take, true))
    document.addEventListener("click", take, true)
    chart._context.toImageButtonOptions = { format: "svg", filename: "evenshelf-chart" }
    button.click(chart)
  })

// Title and subtitle of the card that the chart stands in, each as runs [text, colour].
const titles = (chart) => {
  for (let box = chart.parentElement; box && box.dataset.testid !== "stMain"; box = box.parentElement) {
    const strong = box.querySelector("[data-testid=stMarkdownContainer] p > strong:first-child")
    if (strong && strong.compareDocumentPosition(chart) & Node.DOCUMENT_POSITION_FOLLOWING) {
      const rest = [...strong.parentElement.childNodes].filter((part) => part !== strong)
      return [runs(strong), rest.flatMap(runs)]
    }
    if (getComputedStyle(box).borderTopWidth !== "0px") break // the card ends here
  }
  return [[], []]
}

const runs = (part) =>
  part.nodeType === Node.TEXT_NODE
    ? [[part.textContent.replace(/\s+/g, " "), getComputedStyle(part.parentElement).color]]
    : [...part.childNodes].flatMap(runs)

// Lines that fit the width, each as runs.
const wrapped = (coloured, width, font) => {
  const words = coloured.map(([text]) => text).join("").trimStart()
  const colours = coloured.flatMap(([text, colour]) => Array(text.length).fill(colour)).slice(-words.length)
  const pen = document.createElement("canvas").getContext("2d")
  pen.font = font
  const lines = []
  for (const part of words.match(/[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef]+\s*|\s+/g) ?? []) {
    const longer = (lines.at(-1) ?? "") + part
    if (lines.length && pen.measureText(longer.trimEnd()).width <= width) lines[lines.length - 1] = longer
    else lines.push(part)
  }
  let at = 0
  return lines.map((line) => [...line].map((letter) => [letter, colours[(at += letter.length) - 1]]).reduce(joined, []))
}

const joined = (all, [text, colour]) => {
  if (all.at(-1)?.[1] === colour) all.at(-1)[0] += text
  else all.push([text, colour])
  return all
}

const rules = (sheet) => {
  try {
    return [...sheet.cssRules]
  } catch {
    return [] // a sheet of another origin
  }
}

// A picture stands alone, so our font goes into it.
const fontFace = async () => {
  const rule = [...document.styleSheets].flatMap(rules).find((entry) => /hanken-grotesk\.woff2/.test(entry.cssText))
  const file = rule?.cssText.match(/url\(["']?([^"')]+)/)?.[1]
  if (!file) return ""
  const bytes = new Uint8Array(await (await fetch(new URL(file, document.baseURI))).arrayBuffer())
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
  return `@font-face{font-family:"Hanken Grotesk";font-weight:100 900;src:url(data:font/woff2;base64,${text})}`
}

const node = (tag, attributes, text) => {
  const made = document.createElementNS(NS, tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  if (text) made.textContent = text
  return made
}

// The chart with its title above, on the page's background: {text, width, height} in pixels.
const framed = async (chart, style) => {
  const inner = new DOMParser().parseFromString(await drawn(chart), "image/svg+xml").documentElement
  const [width, height] = ["width", "height"].map((side) => parseFloat(inner.getAttribute(side)))
  const family = style.getPropertyValue("--st-font")
  const lines = []
  titles(chart).forEach((coloured, below) => {
    const [size, weight] = below ? [12.5, 400] : [15, 600]
    for (const line of wrapped(coloured, width, `${weight} ${size}px ${family}`)) lines.push([line, size, weight])
  })
  const top = PAD + lines.reduce((sum, [, size]) => sum + size * 1.4, 0) + (lines.length ? 8 : 0)
  const [w, h] = [width + 2 * PAD, top + height + PAD]
  const svg = node("svg", { width: w, height: h, viewBox: `0 0 ${w} ${h}` })
  svg.append(node("style", {}, await fontFace()))
  svg.append(node("rect", { width: w, height: h, fill: style.getPropertyValue("--st-background-color") }))
  let y = PAD
  for (const [line, size, weight] of lines) {
    const face = { "font-family": family, "font-size": size, "font-weight": weight, "xml:space": "preserve" }
    const text = node("text", { x: PAD, y: y + size, ...face })
    text.append(...line.map(([words, fill]) => node("tspan", { fill }, words)))
    svg.append(text)
    y += size * 1.4
  }
  inner.setAttribute("x", PAD)
  inner.setAttribute("y", top)
  svg.append(document.importNode(inner, true))
  return { text: new XMLSerializer().serializeToString(svg), width: w, height: h }
}

const raster = async ({ text, width, height }) => {
  const image = new Image()
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }))
  try {
    image.src = address
    await image.decode()
    const canvas = document.createElement("canvas")
    canvas.width = Math.round(width * SHARP)
    canvas.height = Math.round(height * SHARP)
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height)
    return await new Promise((done) => canvas.toBlob(done, "image/png"))
  } finally {
    URL.revokeObjectURL(address)
  }
}

const save = (blob, name) => {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10000)
}

export default function (component) {
  const { data, parentElement } = component
  const root = parentElement.querySelector(".picture-root")
  const host = parentElement.getRootNode().host ?? parentElement
  const said = el("span", "said")
  said.setAttribute("role", "status")
  const buttons = Object.entries(data.buttons).map(([kind, label]) => {
    const button = el("button", "take", kind.toUpperCase())
    button.type = "button"
    button.title = label
    button.setAttribute("aria-label", label)
    button.onclick = async () => {
      buttons.forEach((other) => (other.disabled = true))
      said.textContent = ""
      try {
        const chart = host.closest(`.st-key-${data.box}`).querySelector(".js-plotly-plot")
        const picture = await framed(chart, getComputedStyle(root))
        const blob = kind === "png" ? await raster(picture) : new Blob([picture.text], { type: "image/svg+xml" })
        save(blob, `${data.name}.${kind}`)
      } catch (fault) {
        console.warn(fault)
        said.textContent = data.failed
      }
      buttons.forEach((other) => (other.disabled = false))
    }
    return button
  })
  root.replaceChildren(said, ...buttons)
}
