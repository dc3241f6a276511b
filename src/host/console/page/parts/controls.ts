// Buttons, sliders and check boxes, each with its key.

import type { Commands } from "../commands"
import { h, setAttribute, setText } from "../dom"
import { keyOf } from "../keys"
import { icon, type IconName } from "./icons"

export interface ButtonOptions {
    readonly command: string
    readonly icon?: IconName
    readonly text?: string
    /** Read out where there is no text, and shown as a hint. */
    readonly label?: string
    readonly class?: string
    /** Leaves the key away. */
    readonly noKey?: true
}

/** A button that runs a command. Its key stands on it. */
export function button(commands: Commands, options: ButtonOptions): HTMLButtonElement {
    const { command, text, label } = options
    const key = keyOf(command, commands.page)
    const element = h(
        "button",
        {
            type: "button",
            class: options.class,
            title: [label ?? text, key && `(${key})`].filter(Boolean).join(" "),
            "aria-label": text === undefined ? label : undefined,
            "aria-keyshortcuts": key,
        },
        options.icon && icon(options.icon),
        text !== undefined && h("span", {}, text),
        key !== undefined && !options.noKey && h("kbd", { "aria-hidden": "true" }, key)
    )
    element.addEventListener("click", event => commands.run(command, event))
    return element
}

/** Marks a button that is switched on. */
export function setPressed(element: HTMLElement, isOn: boolean): void {
    setAttribute(element, "aria-pressed", isOn ? "true" : "false")
    element.classList.toggle("on", isOn)
}

export interface Slider {
    readonly element: HTMLElement
    set(value: number, range?: readonly [min: number, max: number]): void
}

export interface SliderOptions {
    readonly label: string
    readonly range: readonly [min: number, max: number]
    readonly step: number
    readonly text: (value: number) => string
    readonly onInput: (value: number) => void
}

export function slider({ label, range, step, text, onInput }: SliderOptions): Slider {
    const input = h("input", {
        type: "range",
        min: range[0],
        max: range[1],
        step,
        "aria-label": label,
    })
    const shown = h("output", { class: "num" })
    input.addEventListener("input", () => onInput(Number(input.value)))
    return {
        element: h("label", { class: "slider" }, h("span", {}, label), input, shown),
        set(value, [min, max] = range) {
            setAttribute(input, "min", min)
            setAttribute(input, "max", max)
            if (Number(input.value) !== value) input.value = String(value)
            const at = max > min ? (100 * (value - min)) / (max - min) : 0
            input.style.setProperty("--at", `${Math.max(0, Math.min(100, at))}%`)
            setAttribute(input, "aria-valuetext", text(value))
            setText(shown, text(value))
        },
    }
}

export interface Check {
    readonly element: HTMLElement
    set(isOn: boolean): void
}

/** A check box that runs a command. */
export function check(commands: Commands, text: string, command: string): Check {
    const input = h("input", { type: "checkbox" })
    const key = keyOf(command, commands.page)
    input.addEventListener("change", event => commands.run(command, event))
    return {
        element: h(
            "label",
            { class: "check" },
            input,
            text,
            key !== undefined && h("kbd", {}, key)
        ),
        set: isOn => void (input.checked = isOn),
    }
}
