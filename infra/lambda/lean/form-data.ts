/** In the place of the package form-data and its table of every media type: axios asks for it and no request of ours is a form. */
// eslint-disable-next-line import/no-default-export -- as the package exports it
export default globalThis.FormData;
