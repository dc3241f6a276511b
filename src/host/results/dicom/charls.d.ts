// Types of the parts of CharLS that are used here; the package has none.
declare module "@cornerstonejs/codec-charls/wasmjs" {
    interface FrameInfo {
        readonly width: number
        readonly height: number
        readonly bitsPerSample: number
        readonly componentCount: number
    }
    /** Buffers are views of the memory of the module; the next call may move them. */
    interface Coder {
        getDecodedBuffer(frame: FrameInfo): Uint8Array
        getEncodedBuffer(bytes: number): Uint8Array
        delete(): void
    }
    interface Encoder extends Coder {
        /** @param error largest error of a grey; 0: lossless */
        setNearLossless(error: number): void
        encode(): void
    }
    interface Decoder extends Coder {
        decode(): void
        getFrameInfo(): FrameInfo
    }
    interface Charls {
        readonly JpegLSEncoder: new () => Encoder
        readonly JpegLSDecoder: new () => Decoder
    }
    export default function load(): Promise<Charls>
}
