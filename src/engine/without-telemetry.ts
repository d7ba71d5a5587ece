/**
 * Keeps ONNX Runtime from gathering telemetry: from 1.30 on it writes logs to the temporary folder and sends usage data,
 * which a tool for people's records must not. It reads the environment of the process, which only the main thread can
 * change, so this is called before threads that load it are started. A value that is set already stays.
 */
export function withoutTelemetry(): void {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
}
