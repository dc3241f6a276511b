// Decodes JPEG-LS, for tests.

/** @returns the greys, row after row */
export async function decodeJpegLs(bytes: Uint8Array): Promise<Uint8Array> {
    const { JpegLSDecoder } = await (await import("@cornerstonejs/codec-charls/wasmjs")).default()
    const decoder = new JpegLSDecoder()
    decoder.getEncodedBuffer(bytes.length).set(bytes)
    decoder.decode()
    return Uint8Array.from(decoder.getDecodedBuffer(decoder.getFrameInfo()))
}
