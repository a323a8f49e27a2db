// The visitor's system, where the page's customs are the system's.

/** Whether its keyboard is a Mac's: commands by ⌘, and a key called Delete that is another's Backspace. */
export const MAC = /Mac|iP(hone|ad|od)/.test(navigator.platform);
