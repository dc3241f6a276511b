// The options --home and --yes: what needs no question at the terminal before it is done with a real cart.

import { type Command, Option } from "commander"
import { UsageError } from "../../errors"
import type { Allowance } from "../../console/live-questions"
import { allowsAll, type Motion, type MotionKind, type Operator } from "../../run/operator"
import type { Target } from "../../targets/target"
import {
    type Allowed,
    calibrateFirst,
    isAllowed,
    processTerminal,
    type Terminal,
    terminalOperator,
} from "../terminal-operator"
import { addGroup } from "./option"

export type OperatorOptions = Allowed

function homeOption(implied: string): Option {
    return new Option("--home", `home the sled if it is not homed, without asking${implied}`)
}

const ACKNOWLEDGE =
    "acknowledge a fault without asking; the reset after an emergency stop is always asked for"

export function yesOption(): Option {
    return new Option("--yes", ACKNOWLEDGE)
}

/**
 * @param motions what else needs no question with --yes
 * @param hasVirtual whether the command can use the virtual board
 */
export function addOperatorOptions(command: Command, motions: string, hasVirtual = true): Command {
    const [home, yes] = hasVirtual
        ? [" (implied on the virtual board)", " (implied for motions of the virtual board)"]
        : ["", ""]
    return addGroup(
        command,
        "Motion of the sled:",
        homeOption(home),
        new Option("--yes", `${motions} and ${ACKNOWLEDGE}${yes}`)
    )
}

const IMPLIED =
    "Each command starts a new virtual cart: its sled is first homed, calibrated, and homed again. On the virtual board --home and --yes are implied."

/** What the virtual board does without a question. */
const UNASKED: readonly MotionKind[] = ["home", "calibrate", "return"]

/** Who allows the motions of a command. */
export interface ChosenOperator {
    readonly operator: Operator
    close(): void
}

/**
 * The operator of a target: at the terminal for a real cart; the virtual board may move.
 * @param report prints a line
 * @param mustMove the command that always moves a real sled; without a terminal it then needs --yes
 * @throws UsageError when such a command has neither a terminal nor --yes
 */
export function chosenOperator(
    { kind }: Pick<Target, "kind">,
    options: OperatorOptions,
    report: (line: string) => void,
    mustMove?: string,
    terminal: Terminal = processTerminal()
): ChosenOperator {
    if (kind === "virtual") {
        let isNoted = false
        const note = (): void => {
            if (!isNoted) report(IMPLIED)
            isNoted = true
        }
        return { operator: allowsAll(note), close: () => undefined }
    }
    if (mustMove && !options.yes && !terminal.isInteractive)
        throw new UsageError(
            `\`${mustMove}\` moves the sled of a real cart, and there is no terminal to ask you; run it in one, or add --yes.`
        )
    return terminalOperator(options, terminal)
}

/** What the command line allows of a session that asks for everything else. */
export function chosenAllowance(
    { kind }: Pick<Target, "kind">,
    options: OperatorOptions
): Allowance {
    if (kind === "virtual") return ({ kind: what }) => UNASKED.includes(what)
    return motion =>
        motion.kind === "calibrate" ? calibrateFirst(motion) : isAllowed(motion, options)
}

/** Prints what the command line has allowed, when it is done. */
export function allowedText({ kind }: Pick<Target, "kind">, { what }: Motion): string {
    return kind === "virtual" ? IMPLIED : what
}
