// Runs before the first paint: the language and the theme chosen here, or else the browser's. No module, so that it blocks.
(() => {
  const root = document.documentElement;
  const kept = (name) => {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null; // storage can be forbidden, or somebody else's
    }
  };
  const language = kept("casework.language") ?? (/^zh\b/i.test(navigator.language) ? "zh" : "en");
  root.lang = language === "zh" ? "zh-CN" : "en";
  const theme = kept("casework.theme");
  if (theme) root.dataset.theme = theme;
})();
