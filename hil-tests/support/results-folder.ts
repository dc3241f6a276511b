// A plain folder for the result files of a test.

import { mkdirSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { KeptRunFiles } from "../../src/host/results/pipeline/kept-run"

export class ResultsFolder implements KeptRunFiles {
    constructor(readonly path: string) {
        mkdirSync(path, { recursive: true })
    }

    write(name: string, content: Uint8Array | string): void {
        writeFileSync(join(this.path, name), content)
    }

    pathOf(name: string): string {
        return join(this.path, `${name}.part`)
    }

    wrote(name: string): void {
        renameSync(this.pathOf(name), join(this.path, name))
    }
}
