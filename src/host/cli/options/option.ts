// Kinds of options that several commands use.

import { type Command, Option } from "commander"
import { UsageError } from "../../errors"
import { numberIn, wholeIn } from "../../number-in"

/** Smallest value, largest value and unit. */
export type Range = readonly [min: number, max: number, unit: string]

/** An option whose help states a range. */
class RangeOption extends Option {
    range = ""
}

/** An option whose value is a number. */
export function numberOption(flags: string, description: string, range: Range): Option {
    return rangeOption(flags, description, range, numberIn)
}

/** The same for an integer. */
export function wholeOption(flags: string, description: string, range: Range): Option {
    return rangeOption(flags, description, range, wholeIn)
}

function rangeOption(
    flags: string,
    description: string,
    [min, max, unit]: Range,
    parse: typeof numberIn
): Option {
    const option = new RangeOption(flags, description)
    option.range = `${min} to ${max}`
    return option.argParser(text => parse(text, option.name(), min, max, unit))
}

/** States the default of an option that has no value when it is left out. */
export function defaultText(option: Option, text: string): Option {
    option.defaultValueDescription = text
    return option
}

/** An option that may be given several times; its value is a list. */
export function listOption<T>(
    flags: string,
    description: string,
    parse: (text: string) => T
): Option {
    return new Option(flags, `${description}; repeatable`)
        .argParser((text, all: readonly T[]) => [...all, parse(text)])
        .default([], "")
}

/** The description of an option with its range, choices and default, for help pages. */
export function optionHelp(option: Option): string {
    const { description, argChoices, defaultValue, defaultValueDescription } = option
    const value =
        defaultValueDescription ?? (option.isBoolean() ? undefined : (defaultValue as unknown))
    const notes = [
        (option as Partial<RangeOption>).range,
        argChoices && choicesText(argChoices),
        value === undefined || value === "" ? undefined : `default: ${String(value)}`,
    ].filter(Boolean)
    return notes.length > 0 ? `${description} (${notes.join("; ")})` : description
}

function choicesText(choices: readonly string[]): string {
    const named = choices.filter(choice => choice !== "")
    return named.length === choices.length ? choices.join(" | ") : `${named.join(", ")}, or empty`
}

/** An option that names a folder. A script whose variable is empty does not mean the current one. */
export function folderOption(flags: string, description: string): Option {
    const option = new Option(flags, description)
    return option.argParser(text => {
        if (text.trim() !== "") return text
        throw new UsageError(`--${option.name()} is empty; name a folder, or leave it out.`)
    })
}

/** An option that only the virtual board has; a real cart refuses it. */
export class VirtualOnlyOption extends Option {}

/** Marks an option, as above. */
export function virtualOnly(option: Option): Option {
    return Object.assign(new VirtualOnlyOption(option.flags, option.description), option, {
        helpGroupHeading: "Virtual board only:",
    })
}

/** Adds options under a heading of the command's help. */
export function addGroup(command: Command, heading: string, ...options: Option[]): Command {
    for (const option of options)
        command.addOption(option.helpGroupHeading ? option : option.helpGroup(heading))
    return command
}
