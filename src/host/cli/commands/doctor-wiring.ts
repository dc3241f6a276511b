// `ivus doctor --wiring`: the guided check of switches, encoder and emergency stop before anything is driven for the first time.

import pc from "picocolors"
import { RunError } from "../../errors"
import { type WiringAction, WiringCheck, type WiringResult } from "../../registers/wiring-check"
import type { Motion } from "../../run/operator"
import { type AskReset, WiringClient } from "../../run/wiring-client"
import { runOneShot } from "../../targets/one-shot-session"
import type { Target } from "../../targets/target"
import { INSECURE } from "../../link/link-defaults"
import { report } from "../../terminal"
import { indented } from "../indented"
import { onStop } from "../on-stop"
import { terminalOperator } from "../terminal-operator"

/** Time for one step: a person walks to the cart; the virtual hand needs 3 s at most. */
const STEP_MS = { tcp: 60_000, virtual: 4_000 } as const
/** Seven steps at most, and the greeting. */
const LIMIT_S = 480
/** Width of a result's mark and name. */
const NAME_WIDTH = 24
const MARK_WIDTH = 6

export interface WiringOptions {
    readonly catheterId: string
    readonly waitS: number
    readonly json?: true
}

/** @throws RunError when a wire is wrong, or the cart cannot be examined */
export async function checkWiring(target: Target, options: WiringOptions): Promise<void> {
    const { json, ...session } = options
    let check!: WiringCheck
    let made: WiringClient | undefined
    let shown = 0
    const show = (): void => {
        for (; !json && shown < check.results.length; shown++)
            process.stdout.write(`${resultText(check.results[shown]!)}\n`)
    }
    const stopping = new AbortController()
    // The check of a virtual cart takes seconds, and any signal ends it.
    const stop = target.kind === "tcp" ? onStop(() => stopping.abort()) : undefined
    const { client, insecure } = await runOneShot<WiringClient>(target, {
        makeClient: (hostSession, cartUs, hand) => {
            report(`${INTRODUCTION[target.kind]}\n`)
            const ask = (text: string, action: WiringAction): void => {
                show()
                report(indented(`> ${text}`, 2))
                hand?.(action)
            }
            check = new WiringCheck(STEP_MS[target.kind], ask)
            const nowMs = cartUs ? () => cartUs() / 1000 : () => performance.now()
            return (made = new WiringClient(hostSession, check, nowMs, askReset(target)))
        },
        onProgress: show,
        ...{ ...session, limitS: LIMIT_S, report },
        stop: stopping.signal,
    }).finally(() => {
        made?.close()
        stop?.off()
    })
    show()
    const { results } = check
    process.stdout.write(
        json
            ? `${JSON.stringify({ good: check.isGood, results, state: client.stateName, insecure })}\n`
            : `\n${indented(closingText(results, client.stateName))}\n${insecure ? `The link ran ${INSECURE}.\n` : ""}`
    )
    const wrong = namesOf(results, false)
    if (wrong) throw new RunError(`Wrong: ${wrong}. Mend it as said above, then check again.`)
    const open = namesOf(results, null)
    if (open) throw new RunError(`Not judged: ${open}. Check again.`)
}

const INTRODUCTION = {
    tcp: `The motor is off during this check. Do what is asked for, each within ${STEP_MS.tcp / 1000} s.`,
    virtual: "The motor is off during this check. A virtual hand does what is asked for.",
} as const

const WHY =
    "The cart sees the release only when it is reset. Nothing moves then; the cart tests itself."
const STILL_OPEN = "The cart refused the reset, as its emergency stop is still pressed or open."

/** The operator allows each reset; on the virtual board the hand does. */
function askReset({ kind }: Target): AskReset {
    if (kind === "virtual")
        return (_, answer) => {
            answer(true)
            return () => undefined
        }
    return (isAgain, answer) => {
        const { operator, close } = terminalOperator({})
        const motion: Motion = {
            kind: "reset",
            what: `  ${indented(isAgain ? STILL_OPEN : WHY, 2, 2)}`,
            question: "  Is the emergency stop released, and may the cart be reset?",
        }
        operator(
            motion,
            () => answer(true),
            () => answer(false)
        )
        return close
    }
}

function resultText({ name, ok, text }: WiringResult): string {
    const mark = ok ? pc.green("ok   ") : ok === false ? pc.red("WRONG") : pc.yellow("?    ")
    return `${mark} ${indented(`${name.padEnd(NAME_WIDTH - MARK_WIDTH)}${text}`, NAME_WIDTH, MARK_WIDTH)}`
}

function namesOf(results: readonly WiringResult[], ok: boolean | null): string {
    const names = results.filter(result => result.ok === ok).map(({ name }) => name)
    return [...new Set(names)].join(", ")
}

function closingText(results: readonly WiringResult[], state: string): string {
    if (results.every(({ ok }) => ok))
        return `The wiring is right (state: ${state}). Not checked: motor, transducer front end, and each other emergency stop: repeat the check with it.`
    const what =
        state === "stopped"
            ? "The motor stays off, and the cart stays stopped: the next command that moves it asks for its reset."
            : `The motor stays off (state: ${state}).`
    return results.some(({ ok }) => ok === false)
        ? `${what} Switch the supply off before you change a wire, then check again.`
        : what
}
