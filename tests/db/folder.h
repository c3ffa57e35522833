/*
 * folder.h - the folder of migrations of a test.
 *
 * It lies in the folder of the run (GATEHOUSE_TEST_DIR), so that nothing is
 * left when a test ends before its tear-down.
 */
#ifndef DB_FOLDER_H
#define DB_FOLDER_H

#define HEARD_MAX 4000

/* For fixtures: an empty folder, and its end with all that is in it. */
void folder_begin(void);
void folder_end(void);

const char *folder_path(void);
void folder_write(const char *name, const char *text);
void folder_link(const char *name, const char *to);
void folder_remove(const char *name);

/* For migrate_config.say: adds the line to a text of HEARD_MAX bytes. */
void folder_said(void *to, const char *line);

#endif
