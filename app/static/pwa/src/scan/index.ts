/** What the screens use: the field, and what answers a scan. */
export { ScanField, type ScanFieldProps, type ScanSource } from './scan-field'
export { beep, keepAwake, vibrate, type Feedback } from './feedback'
