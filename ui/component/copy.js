// Copies the address of the view as it is at the moment of the press; where the browser forbids it, shows it to copy.
const copied = async (text) => {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // plain http from another machine has no clipboard: the old way
  }
  const field = document.createElement("textarea")
  field.value = text
  field.style.cssText = "position:fixed;opacity:0"
  document.body.append(field)
  field.select()
  try {
    return document.execCommand("copy")
  } catch {
    return false
  } finally {
    field.remove()
  }
}

export default function (component) {
  const { data, parentElement } = component
  const root = parentElement.querySelector(".copy-root")
  const button = el("button", "copy", data.copy)
  button.type = "button"
  button.setAttribute("aria-live", "polite")
  const by_hand = el("input")
  by_hand.readOnly = true
  by_hand.hidden = true
  by_hand.setAttribute("aria-label", data.by_hand)
  button.onclick = async () => {
    const done = await copied(window.location.href)
    button.focus()
    button.textContent = done ? data.copied : data.by_hand
    button.classList.toggle("done", done)
    by_hand.hidden = done
    if (!done) {
      by_hand.value = window.location.href
      by_hand.select()
      return
    }
    setTimeout(() => {
      button.textContent = data.copy
      button.classList.remove("done")
    }, 2000)
  }
  root.replaceChildren(button, by_hand)
}
