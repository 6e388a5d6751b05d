import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { pdfFailure } from './parse-pdf-failure.ts'

export interface OpenPdf extends AsyncDisposable {
  readonly document: PDFDocumentProxy
}

const folder = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'))

/**
 * Opens a PDF, with the empty password where it is encrypted. Nothing is drawn, evaluated, fetched or run in a thread
 * of its own; character maps and metrics of fonts that are not embedded come from the package's folder.
 *
 * @param bytes are taken over: they are detached afterwards.
 * @throws FailureError ENCRYPTED where a password is needed, UNREADABLE where it is no PDF that can be read.
 */
export async function openPdf(bytes: Uint8Array): Promise<OpenPdf> {
  // 3 MB of code, which only those who read PDFs should have in memory.
  const { getDocument, GlobalWorkerOptions, VerbosityLevel } = await import('pdfjs-dist/legacy/build/pdf.mjs')
  GlobalWorkerOptions.workerSrc = pathToFileURL(`${folder}/legacy/build/pdf.worker.mjs`).href
  const loading = getDocument({
    data: bytes,
    cMapUrl: `${folder}/cmaps/`,
    standardFontDataUrl: `${folder}/standard_fonts/`,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    useWasm: false,
    isOffscreenCanvasSupported: false,
    isImageDecoderSupported: false,
    enableXfa: false,
    // A document's own text asks for no image; what does in passing gets none.
    maxImageSize: 1,
    verbosity: VerbosityLevel.ERRORS,
  })
  const close = () => loading.destroy()
  try {
    return { document: await loading.promise, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw pdfFailure(error)
  }
}
