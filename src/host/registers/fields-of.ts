// Splits the value of a register into its named fields.

import {
    DUMP_CART,
    DUMP_ENGINE,
    DUMP_MOTOR,
    DUMP_UN0RICK,
    signedOf,
} from "../../shared/protocol/register-dump"
import { CART_VALUES } from "./cart-values"
import { LINE_ENGINE } from "./line-engine"
import { isFlag, type Field, type Register } from "../../shared/devices/register"
import { tmc5160Registers } from "../../shared/devices/tmc5160"
import { UN0RICK } from "./un0rick"
import { quantity, type Scale } from "./units"

/** Chips by their number in the link protocol. */
export const CHIPS: Readonly<Record<number, { name: string; registers: readonly Register[] }>> = {
    [DUMP_MOTOR]: { name: "motor driver TMC5160", registers: tmc5160Registers() },
    [DUMP_ENGINE]: { name: "line engine", registers: LINE_ENGINE },
    [DUMP_UN0RICK]: { name: "un0rick", registers: UN0RICK },
    [DUMP_CART]: { name: "calibration in use", registers: CART_VALUES },
}

export interface FieldValue {
    readonly name: string
    readonly value: number
    /** Whether the field is a single flag bit. */
    readonly flag: boolean
    /** The value with its unit or its name, if it has one. */
    readonly text?: string
}

/** @returns undefined for an unknown chip or address */
export function registerOf(chip: number, address: number): Register | undefined {
    return CHIPS[chip]?.registers.find(r => r.address === address)
}

/** Extracts one field. @param value of the whole register, 0 to 2^32 - 1 */
export function fieldValue(f: Field, value: number): number {
    const bits = f.to - f.from + 1
    const raw = ((value >>> f.from) & (2 ** bits - 1)) >>> 0
    return f.signed ? signedOf(raw, bits) : raw
}

/**
 * Returns the fields of a register in the order of the data sheet.
 * @param value of the register, 0 to 2^32 - 1
 * @param scale converts the motor driver's numbers to mm and mm/s; without it they stay numbers
 * @returns no fields for an unknown register
 */
export function fieldsOf(
    chip: number,
    address: number,
    value: number,
    scale?: Scale
): FieldValue[] {
    const fields = registerOf(chip, address)?.fields ?? []
    return fields.map(f => {
        const number = fieldValue(f, value)
        const text = f.values?.[number] ?? (f.unit && quantity(f.unit, number, scale)) ?? undefined
        return {
            name: f.name,
            value: number,
            flag: isFlag(f),
            ...(text !== undefined && { text }),
        }
    })
}
