/*
 * expect.h - printed tables against tests/expect/.
 *
 * What a table prints stands in a file of the tree, so that a change of the
 * table shows in a review as a change of that file too.  Run with
 * GATEHOUSE_EXPECT=write, the test writes the file instead of comparing.
 */
#ifndef LIB_EXPECT_H
#define LIB_EXPECT_H

/* Fails the test unless text is what tests/expect/NAME holds. */
void expect_text(const char *name, const char *text);

#endif
