// @ts-check
// Hooks for module.register that let the package koffi not be found.
/** @type {import('node:module').ResolveHook} */
export const resolve = (name, context, next) => {
  if (name === 'koffi') throw new Error('hidden');
  return next(name, context);
};
