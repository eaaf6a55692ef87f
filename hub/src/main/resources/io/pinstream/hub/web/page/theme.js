// Light or dark, before anything is painted: what was chosen here, else what the system says. No module, so that
// nothing flashes.
(() => {
  const KEY = 'pinstream.theme';
  const system = matchMedia('(prefers-color-scheme: dark)');
  let chosen = null;
  try {
    chosen = localStorage.getItem(KEY);
  } catch {
    // A browser that keeps nothing follows the system.
  }

  const apply = () => {
    document.documentElement.dataset.theme = chosen ?? (system.matches ? 'dark' : 'light');
    dispatchEvent(new Event('theme'));
  };
  apply();
  system.addEventListener('change', apply);

  globalThis.toggleTheme = () => {
    chosen = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
    try {
      localStorage.setItem(KEY, chosen);
    } catch {
      // Then it holds until the page is left.
    }
    apply();
  };
})();
