#ifndef LOCKSTEP_H
#define LOCKSTEP_H

/*
 * Reads operations from standard input, a line each, and performs each with one of DPDK's functions, on a ring that both ends
 * are opened of:
 *
 *   send TYPE FLAGS ID BYTES SEED                   rte_vmbus_chan_send
 *   sglist ID BYTES SEED [LENGTH@OFFSET:PAGE ...]   rte_vmbus_chan_send_sglist
 *   write TYPE FLAGS ID BYTES SEED HEADER           vmbus_txbr_write, with an extended header in hexadecimal
 *   read COUNT                                      rte_vmbus_chan_recv_raw up to COUNT times, rte_vmbus_chan_signal_read once
 *   receive                                         rte_vmbus_chan_recv, which asks for the signal by itself
 *   reopen                                          vmbus_br_setup, of both ends
 *   look                                            nothing: the words as they are
 *
 * TYPE, PAGE and HEADER are hexadecimal; a payload is xorshift32's numbers from SEED on, cut to BYTES. Answers each with one line:
 *
 *   RESULT SIGNAL IN OUT MASK PENDING FEATURES [| PACKET ...]
 *
 * RESULT is `ok`, or the name of the error that DPDK returns; of `read` that of the call that took nothing, if it is not `ok`. SIGNAL
 * is 1 if DPDK would signal the other side. PACKET is a line of a listing, counted from 0, or `invalid: ` and why; of `receive`
 * the id, the payload's bytes and their CRC.
 */
void lockstep(const char *file, unsigned int ring_bytes);

#endif
