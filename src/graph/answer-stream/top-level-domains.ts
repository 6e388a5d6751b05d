const countries =
  /^(?:a[cdefgilmnoqrstuwxz]|b[abdefghijmnorstvwyz]|c[acdfghiklmnoruvwxyz]|d[ejkmoz]|e[ceghrstu]|f[ijkmor]|g[abdefghilmnpqrstuwy]|h[kmnrtu]|i[delmnoqrst]|j[emop]|k[eghimnprwyz]|l[abcikrstuvy]|m[acdeghklmnopqrstuvwxyz]|n[acefgilopruz]|om|p[aefghklmnrstwy]|qa|r[eosuw]|s[abcdeghijklmnorstuvxyz]|t[cdfghjklmnortvwz]|u[agksyz]|v[aceginu]|w[fs]|y[et]|z[amw])$/
/**
 * Longer endings that programs which look for addresses in plain text take for a domain's: those of linkify-it and what
 * spam uses most. Too many cost a blank behind a full stop, too few a link.
 */
const names = new Set(
  `com org net info biz name pro edu gov mil int aero asia coop museum mobi jobs tel travel post cat xxx web arpa onion
  academy accountant agency app art auction bank bar beauty bet bid blog bond boutique business buzz cafe cam care careers
  casa cash casino center cfd chat church city claims click clinic cloud club codes community company computer consulting
  country coupons credit cricket cyou data date deals dental design dev diet digital direct directory doctor dog download
  email energy engineering estate events exchange expert express faith family farm fashion finance financial fit fitness
  flights foundation fun fund gallery game games garden gay gifts global gold graphics group guide guru health help homes
  host hosting house icu immo ink institute insurance international investments kim land lat law lease legal life limited
  link live loan loans lol love ltd management market marketing mba media men mom monster money mov music network news
  ninja one online page partners party pet photo photography photos pics pictures pink pizza place plus poker press
  productions promo properties property pub quest racing realty recipes red rent rentals repair report rest restaurant
  review reviews rip rocks run sale sbs school science services sex shop shopping show singles site ski skin social
  software solutions space sport store stream studio style support surf systems tattoo tax team tech technology theater
  tickets tips tires today tools top tours town toys trade trading training uno vacations ventures vet video villas vin
  vip vision vote wang watch webcam website wedding wiki win wine work works world wtf xin xyz yoga zip zone`.split(
    /\s+/,
  ),
)
/** What else stands behind a dot and before a slash: files, which are no domains to anyone. */
const files = new Set(
  `bak bat bin bmp bz2 cfg class conf config cpp csproj css csv dat db dll doc docx env exe gif gitignore go gradle gz
  html htm ico ini ipynb jar java jpeg jpg js json jsonl jsx kt lock log lua map mdx mjs mp3 mp4 odt parquet pdf php png
  ppt pptx properties proto psd rar rb rtf scss sln sql sqlite svg swift tar tex tgz toml ts tsv tsx txt vue wasm wav webp
  xls xlsx xml yaml yml`.split(/\s+/),
)

export function isTopLevelDomain(label: string): boolean {
  const name = label.toLowerCase()
  // Those in other scripts are many, and no name of a file or of code has them.
  return countries.test(name) || names.has(name) || /^[^\p{ASCII}][\p{L}\p{M}]+$/u.test(name)
}

/** Whether an ending that no list has, with a path behind it, may be a domain's all the same. */
export function mayBeTopLevel(label: string): boolean {
  return /^\p{Ll}{2,}$/u.test(label) && !files.has(label)
}
