/** Lets the process end although the timer is still to come, where timers keep processes alive. */
export function letGo(timer: ReturnType<typeof setTimeout>): void {
  (timer as { unref?: () => void }).unref?.();
}
