// The peer in Go: net/http and go-sql-driver, with its pool and prepared
// statements; a connection of its own for each callback under way.
package main

import (
	"bufio"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	_ "github.com/go-sql-driver/mysql"
	"golang.org/x/crypto/blake2b"
)

const writers = 16

type config struct {
	Socket, User, Password, Name, Secret string
	IdleMin                              int `json:"idle_min"`
	SQL                                  map[string]string
	Permissions                          map[string][]string
	CSVHead                              []string `json:"csv_head"`
	Prefixes                             map[string]string
}

var (
	cfg    config
	secret []byte
	reads  *sql.DB
	read   = map[string]*sql.Stmt{}
	write  = make(chan *writer, writers)
)

// A connection with autocommit off and its statements.
type writer struct {
	conn *sql.Conn
	st   map[string]*sql.Stmt
}

var ctx = context.Background()

func open(settings string) *sql.DB {
	db, err := sql.Open("mysql", fmt.Sprintf("%s:%s@unix(%s)/%s?charset=utf8mb4&clientFoundRows=true"+
		"&time_zone=%%27%%2B00%%3A00%%27%s", cfg.User, cfg.Password, cfg.Socket, cfg.Name, settings))
	must(err)
	db.SetMaxOpenConns(writers)
	db.SetMaxIdleConns(writers)
	return db
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

func id(prefix string, n int64) string {
	b := []byte(prefix + "_0000000000000")
	for i := len(b) - 1; n > 0; i-- {
		b[i] = digits[n&31]
		n >>= 5
	}
	return string(b)
}

func idOrNil(prefix string, n sql.NullInt64) *string {
	if !n.Valid || n.Int64 == 0 {
		return nil
	}
	s := id(prefix, n.Int64)
	return &s
}

func idRead(s string) (n int64) {
	for _, c := range s[4:] {
		n = n<<5 | int64(strings.IndexRune(digits, c))
	}
	return
}

func stamp(s *string) *string {
	if s == nil {
		return nil
	}
	t := (*s)[:10] + "T" + (*s)[11:] + "Z"
	return &t
}

func dbTime(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.000000") }

type refusal struct {
	status int
	title  string
}

func (r refusal) Error() string { return r.title }

type person struct {
	ID, Login, Name                     string
	Email, Locale, TimeZone             *string
	Theme, Density                      string
	Shortcuts                           bool
	LastLogin                           *string
	personID, membershipID, accountID   int64
	kind, role, accountName, accountKnd string
	expires                             string
	v                                   versions
}

// What a remembered session was read from.
type versions struct{ person, member, main, epoch, membership, account int64 }

// Sessions known since a moment ago.
type remembered struct {
	person
	until time.Time
}

var recent sync.Map

func session(r *http.Request) (s person, err error) {
	var seen string
	c, err := r.Cookie("__Host-gatehouse")
	if err != nil || len(c.Value) != 43 {
		return s, refusal{401, "Please sign in"}
	}
	hash := blake2b.Sum256([]byte(c.Value))
	now := time.Now()
	t, idle := dbTime(now), dbTime(now.Add(-time.Duration(cfg.IdleMin)*time.Minute))
	if kept, ok := recent.Load(hash); ok && kept.(*remembered).until.After(now) {
		var v versions
		var factor, proved *string
		s = kept.(*remembered).person
		err = read["alive"].QueryRow(hash[:], t, idle).Scan(&seen, &s.expires, &factor, &proved, &v.membership,
			&v.account, &v.person, &v.member, &v.main, &v.epoch)
		if err == sql.ErrNoRows {
			return s, refusal{401, "Please sign in"}
		}
		if err != nil || v == s.v {
			return
		}
	}
	rows, err := read["session"].Query(hash[:], t, idle, t, t, t, t)
	if err != nil {
		return
	}
	ptrs := columns(rows, object{"person_id": &s.personID, "login": &s.Login, "name": &s.Name, "email": &s.Email,
		"locale": &s.Locale, "time_zone": &s.TimeZone, "theme": &s.Theme, "density": &s.Density,
		"shortcuts": &s.Shortcuts, "last_login_at": &s.LastLogin, "membership_id": &s.membershipID,
		"membership_kind": &s.kind, "role": &s.role, "account_id": &s.accountID,
		"account_name": &s.accountName, "account_kind": &s.accountKnd, "expires_at": &s.expires,
		"person_ver": &s.v.person, "member_ver": &s.v.member, "main_ver": &s.v.main, "epoch": &s.v.epoch})
	if rows.Next() {
		err = rows.Scan(ptrs...)
	} else {
		err = sql.ErrNoRows
	}
	rows.Close()
	s.v.membership, s.v.account = s.membershipID, s.accountID
	if err == sql.ErrNoRows {
		err = refusal{401, "Please sign in"}
	}
	if err == nil {
		recent.Store(hash, &remembered{s, now.Add(5 * time.Second)})
	}
	return
}

func (s *person) may(perm string) bool {
	for _, p := range cfg.Permissions[s.role] {
		if p == perm {
			return true
		}
	}
	return false
}

type object = map[string]interface{}

type personOut struct {
	ID          string  `json:"id"`
	Login       string  `json:"login"`
	Name        string  `json:"name"`
	Email       *string `json:"email"`
	Locale      *string `json:"locale"`
	TimeZone    *string `json:"time_zone"`
	Theme       string  `json:"theme"`
	Density     string  `json:"density"`
	Shortcuts   bool    `json:"shortcuts"`
	LastLoginAt *string `json:"last_login_at"`
}
type acting struct {
	MembershipID string `json:"membership_id,omitempty"`
	ID           string `json:"id,omitempty"`
	AccountID    string `json:"account_id"`
	AccountName  string `json:"account_name"`
	AccountKind  string `json:"account_kind"`
	Kind         string `json:"kind,omitempty"`
	Role         string `json:"role"`
}
type sessionOut struct {
	Person      personOut `json:"person"`
	Memberships []acting  `json:"memberships"`
	Acting      acting    `json:"acting"`
	Permissions []string  `json:"permissions"`
	Visit       *string   `json:"visit"`
	Step        string    `json:"step"`
	ExpiresAt   *string   `json:"expires_at"`
	IdleSec     int       `json:"idle_sec"`
}

func showSession(w http.ResponseWriter, r *http.Request) (interface{}, error) {
	s, err := session(r)
	if err != nil {
		return nil, err
	}
	m := acting{ID: id("mem", s.membershipID), AccountID: id("acc", s.accountID), AccountName: s.accountName,
		AccountKind: s.accountKnd, Kind: s.kind, Role: s.role}
	a := m
	a.MembershipID, a.ID, a.Kind = m.ID, "", ""
	return &sessionOut{personOut{id("per", s.personID), s.Login, s.Name, s.Email, s.Locale, s.TimeZone, s.Theme,
		s.Density, s.Shortcuts, stamp(s.LastLogin)}, []acting{m}, a, cfg.Permissions[s.role], nil, "done",
		stamp(&s.expires), cfg.IdleMin * 60}, nil
}

type item struct {
	ID          string  `json:"id"`
	Number      int64   `json:"number"`
	Kind        string  `json:"kind"`
	Class       string  `json:"class"`
	Origin      string  `json:"origin"`
	Name        string  `json:"name"`
	Login       *string `json:"login"`
	Email       *string `json:"email"`
	Role        *string `json:"role"`
	Label       *string `json:"label"`
	ExternalID  *string `json:"external_id"`
	ContractNo  *string `json:"contract_no"`
	ParentID    *string `json:"parent_id"`
	ParentName  *string `json:"parent_name"`
	State       string  `json:"state"`
	LastLoginAt *string `json:"last_login_at"`
	CreatedAt   *string `json:"created_at"`
	CreatedBy   string  `json:"created_by"`
	Ver         int64   `json:"ver"`
	id          int64
	sort        string
}

var counts = struct {
	sync.Mutex
	n     map[int64]int64
	until map[int64]time.Time
}{n: map[int64]int64{}, until: map[int64]time.Time{}}

// Asked once a second: whether the tree's states are the whole.
var sureOf struct {
	sync.Mutex
	key, until string
}

func sure(t string, epoch int64) (bool, error) {
	key := fmt.Sprint(epoch, t[:19])
	sureOf.Lock()
	defer sureOf.Unlock()
	if sureOf.key != key {
		var held bool
		var due *string
		if err := read["sure"].QueryRow().Scan(&held, &due); err != nil {
			return false, err
		}
		sureOf.key, sureOf.until = key, "9999"
		if due != nil {
			sureOf.until = *due
		}
		if held {
			sureOf.until = ""
		}
	}
	return t < sureOf.until, nil
}

func count(account int64, t string) (n int64, err error) {
	var ignored int64
	counts.Lock()
	n, ok := counts.n[account]
	ok = ok && time.Now().Before(counts.until[account])
	counts.Unlock()
	if ok {
		return
	}
	args := []interface{}{account, 0, "customer", "customer", "customer", "", t, t, t, t, t, t, t, "", 0}
	for i := 0; i < 6; i++ {
		args = append(args, "")
	}
	err = read["count"].QueryRow(args...).Scan(&n, &ignored)
	counts.Lock()
	life := 15 * time.Second
	if n > 10000 {
		life = time.Minute
	}
	counts.n[account], counts.until[account] = n, time.Now().Add(life)
	counts.Unlock()
	return
}

type total struct {
	Value int64 `json:"value"`
	Exact bool  `json:"exact"`
}
type list struct {
	Items []item  `json:"items"`
	Next  *string `json:"next"`
	Prev  *string `json:"prev"`
	Total total   `json:"total"`
}

func showList(w http.ResponseWriter, r *http.Request) (interface{}, error) {
	s, err := session(r)
	if err != nil {
		return nil, err
	}
	limit := map[string]int{"": 50, "10": 10, "25": 25, "50": 50, "100": 100}[r.FormValue("limit")]
	if !s.may("account.list") {
		return nil, refusal{403, "Not allowed"}
	}
	if r.FormValue("q") != "kind:customer" || limit == 0 {
		return nil, refusal{422, "Not understood"}
	}
	t := dbTime(time.Now())
	if ok, err := sure(t, s.v.epoch); err != nil || !ok {
		return nil, errors.New("states to be asked in full")
	}
	rows, err := read["list"].Query(s.accountID, 0, "customer", limit+1)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := list{Items: make([]item, 0, limit+1)}
	for rows.Next() {
		var i item
		var parent sql.NullInt64
		var login, created, at *string
		if err = rows.Scan(&i.id, &i.Kind, &i.Class, &i.Origin, &i.Name, &i.Login, &i.Email, &i.Role, &i.Label,
			&i.ExternalID, &i.ContractNo, &parent, &i.ParentName, &i.State, &login, &created, &i.CreatedBy,
			&i.Ver, &i.sort, &at); err != nil {
			return nil, err
		}
		i.Number = i.id + 100000
		if i.id == s.accountID {
			parent.Valid, i.ParentName = false, nil
		}
		i.ID, i.ParentID, i.LastLoginAt, i.CreatedAt = id("acc", i.id), idOrNil("acc", parent), stamp(login), stamp(created)
		out.Items = append(out.Items, i)
	}
	if err = rows.Err(); err != nil {
		return nil, err
	}
	n, err := count(s.accountID, t)
	if err != nil {
		return nil, err
	}
	if len(out.Items) > limit {
		out.Items = out.Items[:limit]
		last := &out.Items[limit-1]
		next := base64.RawURLEncoding.EncodeToString([]byte(fmt.Sprintf("f:name:0:%d:t%s", last.id, last.sort)))
		out.Next = &next
	}
	out.Total = total{n, n <= 10000}
	if n > 10000 {
		out.Total.Value = 10000
	}
	return &out, nil
}

type event struct {
	ID, Type   string
	OccurredAt string `json:"occurred_at"`
	Subject    struct {
		ExternalID string `json:"external_id"`
		Seq        int64
	}
	Data struct{ Reason string }
}

type source struct {
	id, parent, ver int64
	label           string
	enabled         bool
	until           time.Time
}

var sources sync.Map

type answer struct {
	ID        string   `json:"id"`
	State     string   `json:"state"`
	Duplicate bool     `json:"duplicate,omitempty"`
	Effective *string  `json:"effective,omitempty"`
	Remaining []string `json:"remaining,omitempty"`
}

// json leaves an empty list out with omitempty; an unpause answers it.
func (a *answer) object() object {
	o := object{"id": a.ID, "state": a.State}
	if a.Duplicate {
		o["duplicate"] = true
	}
	if a.Effective != nil {
		o["effective"], o["remaining"] = a.Effective, a.Remaining
	}
	return o
}

func callback(w http.ResponseWriter, r *http.Request) (interface{}, error) {
	c := <-write
	defer func() { write <- c }()
	out, err := take(c, r, strings.Split(r.URL.Path, "/")[4])
	if err != nil {
		c.conn.ExecContext(ctx, "ROLLBACK")
		return nil, err
	}
	if _, err = c.conn.ExecContext(ctx, "COMMIT"); err != nil {
		return nil, err
	}
	return out.object(), nil
}

func take(c *writer, r *http.Request, name string) (*answer, error) {
	var s source
	var ev event
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	now := time.Now()
	if kept, ok := sources.Load(name); ok && kept.(*source).until.After(now) {
		s = *kept.(*source)
	} else {
		rows, err := c.st["source"].Query(dbTime(now), name)
		if err != nil {
			return nil, err
		}
		to := columns(rows, object{"id": &s.id, "label": &s.label, "parent_account_id": &s.parent,
			"enabled": &s.enabled, "ver": &s.ver})
		if rows.Next() {
			err = rows.Scan(to...)
		}
		rows.Close()
		if err != nil {
			return nil, err
		}
		s.until = now.Add(5 * time.Second)
		kept := s
		sources.Store(name, &kept)
	}
	wid, at := r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp")
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(wid + "." + at + "."))
	mac.Write(body)
	want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	var sec int64
	fmt.Sscan(at, &sec)
	if !s.enabled || now.Unix()-sec > 300 || sec-now.Unix() > 300 ||
		subtle.ConstantTimeCompare([]byte(want), []byte(r.Header.Get("webhook-signature"))) != 1 {
		return nil, refusal{401, "Not accepted"}
	}
	if json.Unmarshal(body, &ev) != nil || ev.ID != wid || ev.Subject.ExternalID == "" ||
		(ev.Type != "billing.pause_entity" && ev.Type != "billing.unpause_entity") {
		return nil, refusal{400, "Not an event"}
	}
	return apply(c, &s, &ev, body, now)
}

func quoted(v interface{}) *string {
	b, _ := json.Marshal(v)
	s := string(b)
	return &s
}

func holdValues(reason, starts string) *string {
	return quoted(struct {
		Kind   string  `json:"kind"`
		Module string  `json:"module"`
		Reason string  `json:"reason_code"`
		Starts *string `json:"starts_at"`
	}{"billing", "", reason, stamp(&starts)})
}

// What one event did: for the log, and the event's row.
type did struct {
	action                 string
	before, after, changes *string
}

func (c *writer) exec(name string, args ...interface{}) error {
	_, err := c.st[name].Exec(args...)
	return err
}

func changed(before interface{}, after string) *string {
	type hold struct {
		Hold interface{} `json:"hold"`
	}
	return quoted(struct {
		Before hold `json:"before"`
		After  hold `json:"after"`
	}{hold{before}, hold{after}})
}

// Pointers for the columns of a result, by their names; others go nowhere.
func columns(rows *sql.Rows, to object) []interface{} {
	names, _ := rows.Columns()
	ptrs := make([]interface{}, len(names))
	for i, n := range names {
		if ptrs[i] = to[n]; ptrs[i] == nil {
			ptrs[i] = new(sql.RawBytes)
		}
	}
	return ptrs
}

type account struct {
	id              int64
	state           string
	seen, confirmed *string
}

// Sessions are looked for only where somebody has signed in of late.
func setState(c *writer, a *account, to string) error {
	if a.seen != nil && *a.seen > dbTime(time.Now().AddDate(0, 0, -8)) {
		return fmt.Errorf("sessions to end")
	}
	return c.exec("set_state", to, a.id)
}

// Keys, links and visits live longer than sessions.
func noneKept(c *writer, a *account) error {
	var n int64
	err := c.st["kept"].QueryRow(a.id).Scan(&n)
	if err == nil && n > 0 {
		err = fmt.Errorf("keys to end")
	}
	return err
}

type hold struct {
	id             int64
	reason, starts string
}

// The holds of billing, and the kinds of the others in force.
func holdsOpen(c *writer, a *account, t string) (ours []hold, left []string, err error) {
	var h hold
	var kind, module string
	var effective bool
	left = []string{}
	rows, err := c.st["holds_open"].Query(t, t, a.id)
	if err != nil {
		return
	}
	defer rows.Close()
	ptrs := columns(rows, object{"id": &h.id, "kind": &kind, "module": &module, "reason_code": &h.reason,
		"starts_at": &h.starts, "effective": &effective})
	for rows.Next() {
		if err = rows.Scan(ptrs...); err != nil {
			return
		}
		if kind == "billing" && module == "" {
			ours = append(ours, h)
		} else if effective && module == "" {
			left = append(left, kind)
		}
	}
	return ours, left, rows.Err()
}

func pause(c *writer, s *source, ev *event, a *account, kind string, seq int64, t string) (d did, err error) {
	reason := ev.Data.Reason
	if reason == "" {
		reason = "billing"
	}
	ours, _, err := holdsOpen(c, a, t)
	if err != nil || len(ours) > 0 {
		return
	}
	if err = c.exec("hold_insert", a.id, kind, "", "billing", reason, nil, t, nil, s.label, t, nil,
		nil, seq, nil); err != nil {
		return
	}
	if err = setState(c, a, "suspended"); err == nil {
		err = noneKept(c, a)
	}
	return did{"account.suspend", nil, holdValues(reason, t), changed(nil, reason)}, err
}

func unpause(c *writer, s *source, a *account, t string) (d did, left []string, err error) {
	ours, left, err := holdsOpen(c, a, t)
	state := "active"
	if len(left) > 0 {
		state = "suspended"
	} else if a.confirmed == nil {
		state = "not_confirmed"
	}
	for _, h := range ours {
		if err == nil {
			err = c.exec("hold_release", t, nil, s.label, nil, h.id)
		}
		if err == nil {
			err = setState(c, a, state)
		}
		d = did{"account.resume", holdValues(h.reason, h.starts), nil, changed("open", "released")}
	}
	return
}

func heldAbove(c *writer) (err error) {
	var n int64
	if err = c.st["holds_above"].QueryRow().Scan(&n); err == nil && n > 0 {
		err = fmt.Errorf("held above")
	}
	return
}

// The newest number the subject's register has seen.
func state(c *writer, s *source, ev *event) (newest int64, err error) {
	var ver, applied sql.NullInt64
	var reg sql.NullString
	args := []interface{}{s.id, ev.ID, "hold.account"}
	for i := strings.Count(cfg.SQL["state"], "?") - 6; i > 0; i-- {
		args = append(args, "!")
	}
	args = append(args, s.id, "entity", ev.Subject.ExternalID)
	rows, err := c.st["state"].Query(args...)
	if err != nil {
		return
	}
	defer rows.Close()
	ptrs := columns(rows, object{"register_name": &reg, "applied_seq": &applied,
		"source_ver": &ver})
	for rows.Next() {
		if err = rows.Scan(ptrs...); err != nil {
			return
		}
		if reg.String == "hold.account" {
			newest = applied.Int64
		}
	}
	if ver.Valid && ver.Int64 != s.ver {
		err = fmt.Errorf("another source")
	}
	return newest, err
}

func known(c *writer, s *source, ev *event, hash []byte) (*answer, error) {
	rows, err := c.st["event_find"].Query(s.id, ev.ID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, _ := rows.Columns()
	vals, ptrs := make([]sql.RawBytes, len(names)), make([]interface{}, len(names))
	for i := range vals {
		ptrs[i] = &vals[i]
	}
	out := &answer{ID: ev.ID, Duplicate: true}
	if !rows.Next() || rows.Scan(ptrs...) != nil {
		return nil, fmt.Errorf("no event")
	}
	for i, n := range names {
		switch n {
		case "state":
			out.State = string(vals[i])
		case "answer":
			json.Unmarshal(vals[i], out)
		case "body_sha256":
			if subtle.ConstantTimeCompare(vals[i], hash) != 1 {
				return nil, refusal{409, "other body"}
			}
		}
	}
	return out, nil
}

func apply(c *writer, s *source, ev *event, body []byte, now time.Time) (*answer, error) {
	var random [16]byte
	var kind, name string
	t, key := dbTime(now), ev.Subject.ExternalID
	occurred := strings.NewReplacer("T", " ", "Z", "").Replace(ev.OccurredAt)
	rand.Read(random[:])
	corr := hex.EncodeToString(random[:])
	hash := sha256.Sum256(body)
	res, err := c.st["event_insert"].Exec(s.id, ev.ID, ev.Type, ev.Type, "entity", key, ev.Subject.Seq, occurred, t,
		hash[:], string(body), nil, nil, "applied", nil, nil, dbTime(now.AddDate(0, 0, 400)), nil, nil, corr, "signature")
	if err != nil {
		return nil, err
	}
	if n, _ := res.RowsAffected(); n != 1 {
		return known(c, s, ev, hash[:])
	}
	seq, _ := res.LastInsertId()
	if err = c.exec("subject", s.id, "entity", key, ev.Subject.Seq); err != nil {
		return nil, err
	}
	var a account
	rows, err := c.st["account_lock"].Query(s.id, key)
	if err != nil {
		return nil, err
	}
	ptrs := columns(rows, object{"id": &a.id, "kind": &kind, "name": &name, "base_state": &a.state,
		"last_login_at": &a.seen, "confirmed_at": &a.confirmed})
	if rows.Next() {
		err = rows.Scan(ptrs...)
	}
	rows.Close()
	if err != nil || a.state != "active" {
		return nil, fmt.Errorf("no such account: %v", err)
	}
	account := a.id
	newest, err := state(c, s, ev)
	if err != nil {
		return nil, err
	}
	out := &answer{ID: ev.ID, State: "noop"}
	var d did
	var text *string
	if newest < ev.Subject.Seq {
		if ev.Type == "billing.pause_entity" {
			d, err = pause(c, s, ev, &a, kind, seq, t)
		} else {
			d, out.Remaining, err = unpause(c, s, &a, t)
		}
		if err == nil && d.action != "" {
			out.State = "applied"
			err = c.exec("log", t, d.action, "billing", s.id, s.label, nil, nil, "account", account, name, account,
				name, "success", nil, d.before, d.after, nil, "127.0.0.1", nil, corr)
		}
		if err == nil && ev.Type == "billing.unpause_entity" {
			err = heldAbove(c)
			effective := "active"
			if len(out.Remaining) > 0 {
				effective = "suspended"
			}
			out.Effective = &effective
			text = quoted(object{"effective": effective, "remaining": out.Remaining})
		}
		if err == nil {
			err = c.exec("register", s.id, "entity", key, "hold.account", ev.Subject.Seq, occurred, seq)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, c.exec("event_finish", ev.Type, account, out.State, nil, text, 0, dbTime(now.AddDate(0, 0, 400)), t,
		d.changes, nil, nil, nil, seq)
}

func putCell(w *bufio.Writer, s []byte) {
	first := strings.TrimLeft(string(s), " ")
	if first != "" && (strings.IndexByte("=+-@\t\r\n'", first[0]) >= 0 || strings.HasPrefix(first, "＝") ||
		strings.HasPrefix(first, "＋") || strings.HasPrefix(first, "－") || strings.HasPrefix(first, "＠")) {
		w.WriteByte('\'')
	}
	for _, b := range s {
		if b == '"' {
			w.WriteByte('"')
		}
		w.WriteByte(b)
	}
}

func number(b []byte) (n int64) {
	for _, c := range b {
		n = n*10 + int64(c-'0')
	}
	return
}

// The columns of the statement in the order of the file.
var order = []int{1, 2, 5, 3, 8, 11, 9, 10, 13, 12, 14, 15, 16, 17, 18, 19, 20, 21, 0}

func export(w http.ResponseWriter, r *http.Request) (interface{}, error) {
	var x interface{}
	s, err := session(r)
	if err != nil {
		return nil, err
	}
	account := idRead(strings.Split(r.URL.Path, "/")[4])
	if !s.may("audit.export") {
		return nil, refusal{403, "Not allowed"}
	}
	if read["account_name"].QueryRow(account, s.accountID).Scan(&x) != nil {
		return nil, refusal{404, "Not found"}
	}
	rows, err := read["export"].Query(s.accountID, s.accountID, account, 0, int64(1<<63-1), "1000-01-01 00:00:00",
		"9998-12-31 00:00:00", 0, 0, "", "")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
	b := bufio.NewWriterSize(w, 65536)
	b.WriteString(`"` + strings.Join(cfg.CSVHead, `","`) + "\"\r\n")
	vals, ptrs := make([]sql.RawBytes, 22), make([]interface{}, 22)
	for i := range vals {
		ptrs[i] = &vals[i]
	}
	for rows.Next() {
		if err = rows.Scan(ptrs...); err != nil {
			return nil, err
		}
		for n, i := range order {
			v := vals[i]
			if n > 0 {
				b.WriteByte(',')
			}
			b.WriteByte('"')
			switch {
			case v == nil:
			case i == 0:
				b.WriteString(id("chg", number(v)))
			case i == 1:
				b.Write(v[:10])
				b.WriteByte('T')
				b.Write(v[11:])
				b.WriteByte('Z')
			case i == 10:
				b.WriteString(id(cfg.Prefixes[string(vals[9])], number(v)))
			case i == 12:
				b.WriteString(id("acc", number(v)))
			default:
				putCell(b, v)
			}
			b.WriteByte('"')
		}
		b.WriteString("\r\n")
	}
	b.Flush()
	return nil, rows.Err()
}

type handler func(http.ResponseWriter, *http.Request) (interface{}, error)

func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out, err := h(w, r)
	status := 200
	if err != nil {
		status = 503
		if no, ok := err.(refusal); ok {
			status = no.status
		} else {
			log.Print(err)
		}
		out = object{"title": err.Error()}
	}
	if out == nil {
		return
	}
	b, _ := json.Marshal(out)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Length", fmt.Sprint(len(b)))
	w.WriteHeader(status)
	w.Write(b)
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	must(err)
	must(json.Unmarshal(text, &cfg))
	secret, err = base64.StdEncoding.DecodeString(cfg.Secret)
	must(err)
	reads = open("")
	for _, name := range []string{"session", "alive", "list", "sure", "count", "account_name", "export"} {
		read[name], err = reads.Prepare(cfg.SQL[name])
		must(err)
	}
	db := open("&autocommit=0")
	for i := 0; i < writers; i++ {
		c := &writer{st: map[string]*sql.Stmt{}}
		c.conn, err = db.Conn(ctx)
		must(err)
		for _, name := range []string{"source", "event_insert", "event_find", "subject", "state", "account_lock",
			"hold_insert", "hold_release", "holds_open", "set_state", "kept", "holds_above", "log",
			"register", "event_finish"} {
			c.st[name], err = c.conn.PrepareContext(ctx, cfg.SQL[name])
			must(err)
		}
		write <- c
	}
	http.Handle("/api/v1/session", handler(showSession))
	http.Handle("/api/v1/accounts", handler(showList))
	http.Handle("/billing/v1/callbacks/", handler(callback))
	http.Handle("/export/v1/accounts/", handler(export))
	os.Remove(os.Args[2])
	l, err := net.Listen("unix", os.Args[2])
	must(err)
	must(os.Chmod(os.Args[2], 0666))
	must(http.Serve(l, nil))
}
