/** The C library by the name under which the loader finds it: glibc's. */
export const C_LIBRARY = 'libc.so.6';
