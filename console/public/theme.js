// Before the first paint, so that who chose a theme never sees the other one flash by.
(function () {
  try {
    var theme = localStorage.getItem('theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch {
    // A browser that keeps nothing gets the system's theme.
  }
})();
