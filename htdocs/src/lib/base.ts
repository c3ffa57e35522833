/** Found from where this file was loaded, so that one build serves any folder of any host. */
export const base = new URL('../', import.meta.url).href;
