// Whether `ivus serve` can receive and keep runs.

import type { ServeStatus } from "./serve-status"

/** Less than this may not hold a run: 9,000 frames are 600 MB. */
export const FREE_MIN_BYTES = 1e9
/** The link thread reports every second. */
const LINK_AGE_MAX_MS = 5000

export interface Health {
    readonly status: "ok" | "failing"
    /** One sentence for each thing that is wrong. */
    readonly problems: readonly string[]
}

export function healthOf({ carts, link, disk }: ServeStatus): Health {
    const problems: string[] = []
    if (link.ageMs > LINK_AGE_MAX_MS)
        problems.push(`The link thread has not reported for ${Math.round(link.ageMs / 1000)} s.`)
    if (disk.freeBytes === null) problems.push(`The folder "${disk.folder}" cannot be read.`)
    else if (disk.freeBytes < FREE_MIN_BYTES)
        problems.push(
            `The disk of "${disk.folder}" has ${Math.round(disk.freeBytes / 1e6)} MB left; a long run needs ${FREE_MIN_BYTES / 1e6} MB.`
        )
    for (const { board, thread } of carts)
        if (thread === "silent") problems.push(`The thread of cart ${board} does not report.`)
    return { status: problems.length === 0 ? "ok" : "failing", problems }
}
