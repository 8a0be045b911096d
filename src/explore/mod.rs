//! Answers questions: reads pages and feeds replay and analysis. The terminal and the command line both ask here.
