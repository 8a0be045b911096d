//! What goes wrong around an engine at work: a server that goes away, a program that is killed, a disk that is full.
//! Afterwards nothing is lost and nothing doubled.

mod away;
mod full_disk;
mod killed;
mod restart;
mod unstorable;
mod whole;
