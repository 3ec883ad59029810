/**
 * Small conveniences of every page: a button that copies a block of code, and scrolling of wide tables by keyboard.
 */

for (const block of document.querySelectorAll("main pre")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  const text = block.textContent ?? "";
  block.prepend(button);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Press Ctrl+C";
      getSelection()?.selectAllChildren(block);
    }
    setTimeout(() => (button.textContent = "Copy"), 2500);
  });
}

for (const wide of document.querySelectorAll(".table-scroll")) {
  if (wide.scrollWidth > wide.clientWidth) wide.setAttribute("tabindex", "0");
}
