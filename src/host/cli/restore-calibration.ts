// `ivus calibrate --restore` and `--history`: the calibrations that this host has kept, and sending one back.

import { existsSync } from "node:fs"
import pc from "picocolors"
import { UsageError } from "../errors"
import { boardIdOf } from "../link/host-identity"
import { INSECURE } from "../link/link-defaults"
import { CalibrationSender } from "../run/calibration-sender"
import { runOneShot } from "../targets/one-shot-session"
import type { Target } from "../targets/target"
import { report } from "../terminal"
import { boardsWithCopies, copyOf, historyOf, readCopy } from "./calibration-copies"
import { DEFAULT_CATHETER } from "./options/catheter-option"
import type { WaitOptions } from "./options/target-options"

/** Storing a record takes one self test. */
const LIMIT_S = 30
/** As --history prints it. */
const DATE = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/

interface RestoreOptions extends WaitOptions {
    readonly json?: true
}

/**
 * Sends a calibration that was kept back to a cart.
 * @param named a file, a date of --history, or true: the newest of the board
 * @throws UsageError for a virtual cart without a file: copies are kept for real carts only
 * @throws RunError when there is no copy of this board, or the cart refuses it
 */
export async function restoreCalibration(
    target: Target,
    named: string | true,
    { wait: waitS, json }: RestoreOptions
): Promise<void> {
    const isFile = typeof named === "string" && (existsSync(named) || !DATE.test(named))
    if (target.kind === "virtual" && !isFile)
        throw new UsageError(
            "There is no copy of a virtual cart, as copies are kept for real carts only; name a file with --restore FILE, or a cart with --target tcp:ADDRESS."
        )
    const fileFor = (board: string): string =>
        isFile ? named : copyOf(board, named === true ? undefined : named)
    const { client, insecure } = await runOneShot<CalibrationSender>(target, {
        makeClient: session =>
            new CalibrationSender(session, hello => {
                const board = boardIdOf(hello)
                return readCopy(fileFor(board), board)
            }),
        ...{ catheterId: DEFAULT_CATHETER, limitS: LIMIT_S, waitS, report },
    })
    const from = fileFor(boardIdOf(client.hello!))
    process.stdout.write(
        json
            ? `${JSON.stringify({ restored: from, insecure })}\n`
            : `The cart has stored the calibration of ${from}. Its next homing checks it.${insecure ? `\n${pc.red(`The link ran ${INSECURE}.`)}` : ""}\n`
    )
}

/** Prints the calibrations that were kept, by board, the oldest first. */
export function printHistory(json: boolean): void {
    const boards = boardsWithCopies().map(board => ({ board, copies: historyOf(board) }))
    process.stdout.write(json ? `${JSON.stringify({ boards })}\n` : `${historyText(boards)}\n`)
}

type Board = { readonly board: string; readonly copies: ReturnType<typeof historyOf> }

function historyText(boards: readonly Board[]): string {
    if (boards.length === 0)
        return "No calibration of a real cart has been kept; `ivus calibrate --target tcp:ADDRESS` makes one."
    const heading = `${"date".padEnd(26)}${"clock, Hz".padStart(12)}${"microsteps/mm".padStart(16)}${"backlash, um".padStart(15)}${"screw, um p-p".padStart(16)}`
    return boards
        .map(({ board, copies }) =>
            [
                `board ${board}`,
                heading,
                ...copies.map(({ date, calibration: c }) => {
                    const screwUm = c.screw_nm.length
                        ? ((Math.max(...c.screw_nm) - Math.min(...c.screw_nm)) / 1000).toFixed(1)
                        : "none"
                    return `${date.padEnd(26)}${String(c.fclk_hz).padStart(12)}${(c.microsteps_per_m / 1000).toFixed(2).padStart(16)}${(c.backlash_nm / 1000).toFixed(1).padStart(15)}${screwUm.padStart(16)}`
                }),
            ].join("\n")
        )
        .join("\n\n")
}
