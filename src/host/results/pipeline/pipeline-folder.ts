// What the pipeline uses of a run's folder (../../runs/run-folder.ts); reviews have none.

import type { DiskError } from "../../runs/run-folder"

export interface PipelineFolder {
    /** An error of the disk that there was; nothing is written after it. */
    readonly diskError: DiskError | undefined
    write(name: string, content: Uint8Array | string): void
    /** The temporary path of a file that somebody else writes, who then calls {@link wrote} or {@link failed}. */
    pathOf(name: string): string
    wrote(name: string): void
    /** A file at {@link pathOf} could not be written. */
    failed(name: string, error: NodeJS.ErrnoException): void
}
