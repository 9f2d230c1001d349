// What every page has: the switch between light and dark. Without it the system's choice holds.
"use strict";
{
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const remembered = () => {
    try {
      return localStorage.getItem("kiwerk-theme");
    } catch {
      return null; // pages opened as files may have no memory
    }
  };
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const show = () => {
    button.textContent = isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", `Switch to ${isDark() ? "light" : "dark"} colours`);
  };
  const before = remembered();
  if (before === "dark" || before === "light") root.dataset.theme = before;
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try {
      localStorage.setItem("kiwerk-theme", root.dataset.theme);
    } catch {
      // then it holds until the page is closed
    }
    show();
  });
  system.addEventListener("change", show);
  button.hidden = false;
  show();
}
