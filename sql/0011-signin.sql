-- Wrong codes of the second step, counted in the session that is half signed in.
ALTER TABLE session
	ADD COLUMN IF NOT EXISTS tries INT NOT NULL DEFAULT 0;

-- A second factor that is being set up, sealed like secret: the one in use stays
-- until a code of the new one was shown.
ALTER TABLE factor
	ADD COLUMN IF NOT EXISTS pending VARBINARY(200) NULL AFTER secret;
