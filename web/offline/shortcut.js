// Where a shortcut of the installed page leads: ?new is an empty sheet, ?tab=sketchbook a part of the page.

/**
 * @param {import('../page/page.js').Page} page
 */
export function follow(page) {
  const query = new URLSearchParams(location.search);
  const tab = query.get('tab');
  if (query.has('new')) page.drawing.clear();
  if (tab) page.reveal(tab);
  if (!query.has('new') && !tab) return;
  // A reload is not to clear the sheet again.
  history.replaceState(history.state, '', location.pathname + location.hash);
}
