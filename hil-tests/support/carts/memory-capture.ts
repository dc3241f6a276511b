// Keeps the link bytes of a short run in memory.

export class MemoryCapture {
    private readonly parts: Uint8Array[] = []

    readonly take = (bytes: Uint8Array): void => {
        this.parts.push(Uint8Array.from(bytes))
    }

    get bytes(): Uint8Array {
        return Buffer.concat(this.parts)
    }
}
