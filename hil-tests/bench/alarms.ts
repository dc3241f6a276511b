// Prints the time from the cause of each alarm to the register "alarm" on the Jacdac bus (`npm run bench -- alarms`).

import {
    CASES,
    LIMIT_MS,
    limitMs,
    NO_CASE,
    NO_CAUSE,
    READ_EVERY_MS,
    worstLatency,
} from "../support/rig/alarm-latency"

const columns = (...cells: string[]): string =>
    [26, 9, 6, 8, 9, 8].map((width, i) => cells[i]!.padEnd(width)).join("") + cells[6]!

/** An alarm of high priority that comes too late fails the bench. */
export async function printAlarms(): Promise<void> {
    console.log(
        `from the cause in the model of the device to the first reply with the alarm, to a client that reads each ${READ_EVERY_MS} ms; the worst of three moments`
    )
    console.log(columns("cause", "while", "code", "prio", "ms", "limit", "seen from"))
    for (const one of CASES) {
        const { ms, priority } = await worstLatency(one)
        const isHigh = priority === "high"
        const { cause, code, from } = one
        const limit = isHigh ? limitMs(one) : undefined
        const seen = from ? `${from[0]} ms: ${from[1]}` : ""
        console.log(
            columns(
                ...[cause, one.in, `${code}`, priority, ms.toFixed(1), limit ? `${limit}` : "-"],
                seen
            )
        )
        if (limit === undefined || ms <= limit) continue
        console.error(`  TOO LATE: more than ${LIMIT_MS} ms after the program could see the cause`)
        process.exitCode = 1
    }
    console.log("\nfaults that are not timed:")
    for (const [fault, why] of Object.entries(NO_CASE)) console.log(`${fault.padEnd(26)}${why}`)
    console.log("\nalarms of high priority that are not timed:")
    for (const [code, why] of Object.entries(NO_CAUSE)) console.log(`${code.padEnd(26)}${why}`)
}
