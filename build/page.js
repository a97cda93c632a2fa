// Builds the page with Vite into static files of its own address: hashed names, no inline script or style, nothing from outside.
import { join } from 'node:path';
import { build } from 'vite';

/**
 * @param {string} root the checkout
 * @param {string} dist where the other bundles are; the page goes into `page` there
 */
export async function buildPage(root, dist) {
  await build({
    configFile: false,
    root: join(root, 'src', 'page'),
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: join(dist, 'page'),
      emptyOutDir: true,
      target: 'es2022',
      // As a link or a data address: the page's policy takes files of its own address alone.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
  });
}
