import { defineConfig } from 'vite';

// Two pages: the citizen's screen, and the simulator panel, which production never serves.
export default defineConfig({
  root: new URL('ui', import.meta.url).pathname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: new URL('dist', import.meta.url).pathname,
    emptyOutDir: true,
    target: 'chrome140',
    assetsInlineLimit: 0,
    // The pinyin dictionary, loaded when a keyboard comes up.
    chunkSizeWarningLimit: 2000,
    rollupOptions: {
      input: {
        index: new URL('ui/index.html', import.meta.url).pathname,
        panel: new URL('ui/panel/index.html', import.meta.url).pathname,
      },
    },
  },
});
