// What is typed into a select box counts when the mouse leaves it, as it does in every other field: the browser side
// drops it unless Enter is pressed, so Enter is pressed here.
const ENTER = { key: "Enter", code: "Enter", keyCode: 13, which: 13, bubbles: true, cancelable: true }

export default function (component) {
  const { data } = component
  const left = (event) => {
    const field = document.activeElement
    const box = field?.closest?.(`[class*="st-key-${data.box}"]`)
    if (!box || field.tagName !== "INPUT" || !field.value.trim() || box.contains(event.target)) return
    if (event.target.closest?.("[data-baseweb=popover], [role=listbox]")) return // a choice of what is offered
    field.dispatchEvent(new KeyboardEvent("keydown", ENTER))
  }
  document.addEventListener("pointerdown", left, true)
  return () => document.removeEventListener("pointerdown", left, true)
}
