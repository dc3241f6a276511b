// All keys of the console: one table. Commands register under the names of it (commands.ts).

export type KeyPage = "review" | "compare" | "live" | "runs"

export interface KeyBinding {
    /** As `KeyboardEvent.key`, with "Shift+" or "Ctrl+" before it. */
    readonly key: string
    readonly command: string
    /** What it does, for the list of keys. */
    readonly what: string
    /** Left out: on every page. */
    readonly on?: readonly KeyPage[]
    /** Also while a text is being edited or a dialog is open. */
    readonly always?: true
}

const PICTURES: readonly KeyPage[] = ["review", "compare", "live"]
const REVIEW: readonly KeyPage[] = ["review"]
const PLAYED: readonly KeyPage[] = ["review", "compare"]
const COMPARE: readonly KeyPage[] = ["compare"]
const LIVE: readonly KeyPage[] = ["live"]

export const KEYS: readonly KeyBinding[] = [
    { key: "?", command: "keys", what: "show the keys" },
    { key: "F", command: "fold-all", what: "fold or unfold all panels", on: PICTURES },
    { key: "[", command: "gain-down", what: "less gain", on: PICTURES },
    { key: "]", command: "gain-up", what: "more gain", on: PICTURES },
    { key: ",", command: "range-down", what: "smaller dynamic range", on: PICTURES },
    { key: ".", command: "range-up", what: "larger dynamic range", on: PICTURES },
    { key: "-", command: "depth-down", what: "less depth", on: PICTURES },
    { key: "+", command: "depth-up", what: "more depth", on: PICTURES },
    {
        key: "R",
        command: "reset-picture",
        what: "zoom, rotation and settings as at first",
        on: PICTURES,
    },
    { key: " ", command: "play", what: "play or pause", on: PLAYED },
    {
        key: "ArrowLeft",
        command: "left",
        what: "one frame back; with the cut plane: turn it",
        on: PLAYED,
    },
    {
        key: "ArrowRight",
        command: "right",
        what: "one frame on; with the cut plane: turn it",
        on: PLAYED,
    },
    { key: "Shift+ArrowLeft", command: "left-ten", what: "ten frames back", on: PLAYED },
    { key: "Shift+ArrowRight", command: "right-ten", what: "ten frames on", on: PLAYED },
    { key: "Home", command: "first", what: "first frame", on: PLAYED },
    { key: "End", command: "last", what: "last frame", on: PLAYED },
    { key: "O", command: "loop", what: "loop", on: PLAYED },
    { key: "M", command: "go-mla", what: "to the minimum lumen area", on: PLAYED },
    { key: "1", command: "go-distal", what: "to the distal reference", on: PLAYED },
    { key: "2", command: "go-proximal", what: "to the proximal reference", on: PLAYED },
    {
        key: "3",
        command: "go-second-mla",
        what: "to the second run's minimum lumen area",
        on: COMPARE,
    },
    { key: "K", command: "link", what: "link the two runs, or let each move alone", on: COMPARE },
    { key: "N", command: "next-bookmark", what: "to the next bookmark", on: REVIEW },
    { key: "B", command: "bookmark", what: "bookmark here", on: PICTURES },
    { key: "C", command: "tool-plane", what: "turn the cut plane with ← →", on: PICTURES },
    { key: "V", command: "tool-move", what: "move the picture", on: PICTURES },
    { key: "D", command: "tool-distance", what: "measure a distance", on: PICTURES },
    { key: "A", command: "tool-area", what: "measure an area", on: REVIEW },
    { key: "G", command: "tool-angle", what: "measure an angle", on: REVIEW },
    { key: "E", command: "tool-border", what: "edit the border", on: REVIEW },
    { key: "Z", command: "undo", what: "undo", on: REVIEW },
    { key: "L", command: "show-lumen", what: "lumen border on or off", on: PICTURES },
    { key: "W", command: "show-vessel", what: "vessel border on or off", on: PLAYED },
    { key: "=", command: "one-to-one", what: "one scale along and across", on: REVIEW },
    { key: "Y", command: "accept", what: "accept the measurements", on: REVIEW },
    { key: "X", command: "reject", what: "reject the run", on: REVIEW },
    { key: " ", command: "freeze", what: "freeze or go on", on: LIVE },
    { key: "ArrowLeft", command: "back", what: "scroll back, frozen", on: LIVE },
    { key: "ArrowRight", command: "forward", what: "scroll on, frozen", on: LIVE },
    { key: "P", command: "save-picture", what: "save the picture", on: PICTURES },
    { key: "S", command: "save-clip", what: "record a clip, and save it", on: REVIEW },
    { key: "K", command: "acknowledge", what: "acknowledge the alarm", on: LIVE },
    { key: "U", command: "sound-off", what: "sound off for 2 minutes", on: LIVE },
    {
        key: "Escape",
        command: "ask-to-stop",
        what: "ask to stop, from anywhere",
        on: LIVE,
        always: true,
    },
    { key: "Escape", command: "cancel", what: "end what the pointer does", on: REVIEW },
    { key: "/", command: "search", what: "search the runs", on: ["runs"] },
]

const SHOWN: Readonly<Record<string, string>> = {
    " ": "Space",
    ArrowLeft: "←",
    ArrowRight: "→",
    ArrowUp: "↑",
    ArrowDown: "↓",
    Escape: "Esc",
}

/** How a key is written on buttons. */
export function keyText(key: string): string {
    return key
        .split(/\+(?=.)/)
        .map(part => SHOWN[part] ?? part)
        .join(" ")
}

export function keysOf(page: KeyPage): readonly KeyBinding[] {
    return KEYS.filter(({ on }) => !on || on.includes(page))
}

/** The key of a command on a page, as buttons show it. */
export function keyOf(command: string, page: KeyPage): string | undefined {
    const binding = keysOf(page).find(one => one.command === command)
    return binding && keyText(binding.key)
}

/** The binding of a key press. */
export function bindingOf(event: KeyboardEvent, page: KeyPage): KeyBinding | undefined {
    if (event.ctrlKey || event.metaKey || event.altKey) return undefined
    const { key, shiftKey } = event
    const isLetter = /^\p{L}$/u.test(key)
    const name = isLetter ? key.toUpperCase() : shiftKey && key.length > 1 ? `Shift+${key}` : key
    return keysOf(page).find(one => one.key === name)
}
