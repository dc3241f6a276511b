// Program of a cart with an un0rick. A cart with a line engine has main.ts.
// Investigational equipment, not for clinical use.

import "./firmware/platform/frequent-names"
import { un0rickParts } from "./firmware/cart/un0rick-parts"
import { Cart } from "./firmware/cart/cart"
import { openBoard } from "./firmware/platform/open-board"
import { linkSettings, un0rickCatheter, un0rickDacVolts } from "./firmware/platform/settings"

const board = await openBoard()
const link = await linkSettings()
const catheter = await un0rickCatheter()
const dac_volts = await un0rickDacVolts()
const cart = new Cart(board, link, () => un0rickParts(board, catheter, dac_volts))
await cart.run()
