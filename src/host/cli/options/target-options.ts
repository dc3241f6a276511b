// The option --target: the virtual board, or a real cart over TCP.

import { type Command, Option } from "commander"
import { UsageError } from "../../errors"
import { KeyStore } from "../../link/key-store"
import type { Target } from "../../targets/target"
import type { VirtualBoardOptions } from "../../targets/virtual/virtual-cart"
import { addLinkOptions, type LinkOptions, parseTls } from "./link-options"
import { numberOption, VirtualOnlyOption } from "./option"

/** The value of --target. */
export type TargetChoice = { readonly kind: "virtual" } | { readonly kind: "tcp"; host: string }

export interface TargetOptions extends LinkOptions {
    readonly target: TargetChoice
}

export interface WaitOptions {
    /** Time that a real cart has to connect, s. */
    readonly wait: number
}

/** For a command that needs a real cart: there is no default. */
export function addRealTargetOptions(command: Command): Command {
    command.addOption(
        new Option(
            "--target <target>",
            "required; tcp:ADDRESS: wait for the cart with this address to connect"
        ).argParser(parseTarget)
    )
    return addLinkOptions(command)
}

export function addTargetOptions(command: Command): Command {
    command.addOption(
        new Option(
            "--target <target>",
            "virtual | tcp:ADDRESS: wait for the cart with this address to connect"
        )
            .argParser(parseTarget)
            .default({ kind: "virtual" }, "virtual")
    )
    return addLinkOptions(command)
}

export function addWaitOption(command: Command): Command {
    return command.addOption(
        numberOption("--wait <s>", "time that the cart has to connect", [0.1, 600, "s"])
            .default(10)
            .helpGroup("Real carts over TCP:")
    )
}

function parseTarget(text: string): TargetChoice {
    if (text === "virtual") return { kind: "virtual" }
    const tcp = /^tcp:([A-Za-z0-9.:_-]+)$/.exec(text)
    if (tcp) return { kind: "tcp", host: tcp[1]! }
    throw new UsageError(`There is no target "${text}"; virtual and tcp:ADDRESS are allowed.`)
}

/**
 * The target that the options choose.
 * @param board makes the options of the virtual board
 * @throws UsageError for an option that this target does not have
 */
export function chosenTarget(
    command: Command,
    options: TargetOptions,
    board: () => VirtualBoardOptions
): Target {
    const tls = parseTls(options)
    if (options.target.kind === "virtual") return { kind: "virtual", board: board() }
    refuseVirtualOnly(command)
    const { target, port, insecure } = options
    return {
        ...{ kind: "tcp", host: target.host, port, tls },
        ...{ insecure: insecure ?? false, keys: new KeyStore().folder },
    }
}

/** @throws UsageError for an option that only the virtual board has, with another value than its default */
function refuseVirtualOnly(command: Command): void {
    for (const option of command.options) {
        if (!(option instanceof VirtualOnlyOption)) continue
        const name = option.attributeName()
        const isGiven = command.getOptionValueSource(name) === "cli"
        if (isGiven && command.getOptionValue(name) !== option.defaultValue)
            throw new UsageError(
                `${option.long} needs the virtual board; leave it out or use --target virtual.`
            )
    }
}
