// Responsible for: keeping the link's bytes of a short run in memory.
// Not for: long runs: those write their capture as it comes (src/host/runs/out-folder.ts).

export class MemoryCapture {
    private readonly parts: Uint8Array[] = []

    readonly take = (bytes: Uint8Array): void => {
        this.parts.push(Uint8Array.from(bytes))
    }

    get bytes(): Uint8Array {
        return Buffer.concat(this.parts)
    }
}
