#pragma once
// Threads that wait keep on their stacks what their last work left there.

// Overwrites the stack below its caller, some 64 KiB (more in sanitized builds, whose frames are
// big): called where a thread's work ends and its stack is shallow. A microsecond or two.
void wipe_stack();
