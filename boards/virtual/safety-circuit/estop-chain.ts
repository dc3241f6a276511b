// Model of the e-stop chain (boards/README.md, "Safety circuit"): normally closed contacts in one wire; any open one opens the chain.

/** Emergency-stop buttons in the chain. */
export type EstopButton = "cart" | "bedside"

export class EstopChain {
    private readonly pressed = new Set<EstopButton>()
    private wireCut = false
    private shorted = false

    /** @param onChange called after each change of {@link closed} */
    constructor(private readonly onChange: () => void) {}

    /** Whether current flows: no button is pressed and the wire is whole, or its end has a short to 3.3 V. */
    get closed(): boolean {
        return this.shorted || (this.pressed.size === 0 && !this.wireCut)
    }

    /** The button latches mechanically until it is released. */
    press(button: EstopButton): void {
        this.change(() => this.pressed.add(button))
    }

    release(button: EstopButton): void {
        this.change(() => this.pressed.delete(button))
    }

    cutWire(cut: boolean): void {
        this.change(() => void (this.wireCut = cut))
    }

    /** A short from the chain's end to its supply: the buttons have no effect. */
    short(shorted: boolean): void {
        this.change(() => void (this.shorted = shorted))
    }

    private change(action: () => void): void {
        const before = this.closed
        action()
        if (this.closed !== before) this.onChange()
    }
}
