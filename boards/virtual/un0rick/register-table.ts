// Register table of the un0rick: address, bits, reset value, direction.
// Source: the facts in csr_map.md and csr_decoder.vh of the gateware (kelu124/un0rick, folder usb/verilog).

export interface RegisterSpec {
    readonly name: string
    readonly address: number
    readonly bits: number
    readonly reset: number
    readonly access: "rw" | "ro" | "wo"
}

const row = (
    address: number,
    name: string,
    bits: number,
    reset: number,
    access: RegisterSpec["access"]
): RegisterSpec => ({ name, address, bits, reset, access })

export const REGISTERS: readonly RegisterSpec[] = [
    row(0x00, "INITDEL", 8, 0x07, "rw"),
    row(0x01, "PONW", 8, 0x10, "rw"),
    row(0x02, "POFFW", 8, 0x80, "rw"),
    row(0x03, "INTERW", 8, 0x07, "rw"),
    row(0x04, "DRMODE", 1, 0, "rw"),
    row(0x07, "DACOUT", 10, 0x100, "rw"),
    ...Array.from({ length: 32 }, (_, i) =>
        row(0x20 + i, `DACGAIN${String(i).padStart(2, "0")}`, 10, 0x200, "rw")
    ),
    row(0x50, "ACQSTART", 1, 0, "wo"),
    row(0x51, "ACQDONE", 1, 0, "ro"),
    row(0x52, "NBLINES", 8, 0, "rw"),
    row(0x53, "ACQBUSY", 1, 0, "ro"),
    row(0x63, "LED1", 1, 0, "rw"),
    row(0x64, "LED2", 1, 0, "rw"),
    row(0x65, "LED3", 1, 0, "rw"),
    row(0x66, "TOPTURN1", 1, 1, "ro"),
    row(0x67, "TOPTURN2", 1, 1, "ro"),
    row(0x68, "TOPTURN3", 1, 1, "ro"),
    row(0x69, "JUMPER1", 1, 0, "ro"),
    row(0x6a, "JUMPER2", 1, 0, "ro"),
    row(0x6b, "JUMPER3", 1, 0, "ro"),
    row(0x6c, "OUT1ICE", 1, 1, "rw"),
    row(0x6d, "OUT2ICE", 1, 0, "rw"),
    row(0x6e, "OUT3ICE", 1, 1, "rw"),
    row(0x6f, "HVMUXEN", 1, 0, "rw"),
    row(0x70, "HVMUXSW", 16, 0, "rw"),
    row(0xa0, "RAMDATA", 16, 0, "ro"),
    row(0xa1, "RAMRADDRRST", 1, 0, "wo"),
    row(0xa4, "RAMFINC", 1, 0, "wo"),
    row(0xa5, "RAMFDEC", 1, 0, "wo"),
    row(0xa6, "RAMFDONE", 1, 0, "ro"),
    row(0xf0, "AUTHOR", 8, 0x01, "ro"),
    // Bits 8 and up of VERSION are undefined in the source; simulators read 0x02.
    row(0xf1, "VERSION", 16, 0x0201, "ro"),
]

export const SPEC_OF: ReadonlyMap<number, RegisterSpec> = new Map(
    REGISTERS.map(facts => [facts.address, facts])
)
