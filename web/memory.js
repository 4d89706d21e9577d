// What the browser keeps between pages. Where it keeps nothing (private windows,
// storage switched off) the page works all the same.

const read = (store, key) => {
  try {
    return store().getItem(key);
  } catch {
    return null;
  }
};
const write = (store, key, value) => {
  try {
    store().setItem(key, value);
  } catch {
    // Kept only as long as the page stands.
  }
};

/** For this window alone. */
export const inWindow = { get: (key) => read(() => sessionStorage, key), set: (key, value) => write(() => sessionStorage, key, value) };

/** For all windows, until it is changed. */
export const inBrowser = { get: (key) => read(() => localStorage, key), set: (key, value) => write(() => localStorage, key, value) };
