// `ivus doctor --wiring`: the guided check of switches and encoder before anything is driven for the first time.

import pc from "picocolors"
import { RunError } from "../../errors"
import { type WiringAction, WiringCheck, type WiringResult } from "../../registers/wiring-check"
import { WiringClient } from "../../run/wiring-client"
import { runOneShot } from "../../targets/one-shot-session"
import type { Target } from "../../targets/target"
import { INSECURE } from "../../targets/tcp/link-server"
import { report } from "../../terminal"

/** Time for one step: a person walks to the cart; the virtual hand needs 4 s at most. */
const STEP_MS = { tcp: 60_000, virtual: 6_000 } as const
/** Four steps, and the greeting. */
const LIMIT_S = 300

export interface WiringOptions {
    readonly catheterId: string
    readonly waitS: number
    readonly json?: true
}

/** @throws RunError when a wire is wrong, or the cart cannot be examined */
export async function checkWiring(target: Target, options: WiringOptions): Promise<void> {
    const { json, ...session } = options
    let check!: WiringCheck
    let shown = 0
    const show = (): void => {
        for (; !json && shown < check.results.length; shown++)
            process.stdout.write(`${resultText(check.results[shown]!)}\n`)
    }
    const { client, insecure } = await runOneShot<WiringClient>(target, {
        makeClient: (hostSession, cartUs, hand) => {
            const ask = (text: string, action: WiringAction): void => {
                show()
                report(hand ? `${text} (The virtual hand does it.)` : text)
                hand?.(action)
            }
            check = new WiringCheck(STEP_MS[target.kind], ask)
            const nowMs = cartUs ? () => cartUs() / 1000 : () => performance.now()
            return new WiringClient(hostSession, check, nowMs)
        },
        onProgress: show,
        ...{ ...session, limitS: LIMIT_S, report },
    })
    show()
    const wrong = check.results.filter(({ ok }) => !ok)
    process.stdout.write(
        json
            ? `${JSON.stringify({ good: wrong.length === 0, results: check.results, state: client.stateName, insecure })}\n`
            : `${closingText(wrong.length, client.stateName)}${insecure ? `\nThe link ran ${INSECURE}.` : ""}\n`
    )
    if (wrong.length > 0)
        throw new RunError(
            `The wiring is wrong. ${wrong[0]!.name}: ${wrong[0]!.text}${wrong.length > 1 ? `; and ${wrong.length - 1} more` : ""}.`
        )
}

function resultText({ name, ok, text }: WiringResult): string {
    return `${ok ? pc.green("ok   ") : pc.red("WRONG")} ${name}: ${text}`
}

function closingText(wrong: number, state: string): string {
    return wrong === 0
        ? `The wiring is right (state: ${state}). Not checked: motor, e-stop chain, transducer front end.`
        : `The motor stays off (state: ${state}). Switch the supply off before you change a wire, then check again.`
}
