/** The device without screens, for tests in a real browser: what screens import, at hand in the page. */
import * as floor from '../../../src/floor'

Object.assign(window, { floor })
void floor.start()
