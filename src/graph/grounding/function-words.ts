/**
 * Words that carry grammar and no content, in lower case, by language. A language without a list loses nothing:
 * all its words count. Kept short on purpose: a word missing here costs little, a content word here costs answers.
 */
export const functionWords = {
  en: words(`a about after all also am an and any are as at be because been before being but by can could did do does
    doing done each for from had has have having he her here hers him his how i if in into is it its itself just let
    may me might more most much must my no nor not of off on one's or other our ours out over own per please same shall
    she should so some such tell than that the their theirs them then there these they this those through to too under
    until up upon us very was we were what when where which while who whom whose why will with within would you your
    yours kind sort type name called many give list find out explain describe mean means doesn't don't isn't aren't
    didn't wasn't weren't can't cannot`),
  de: words(`aber alle als am an auch auf aus bei bin bis bist da dabei dafür damit dann das dass dem den der des die
    dies diese diesem diesen dieser dieses doch du durch ein eine einem einen einer eines er es für gab gibt haben hat
    hatte hatten ich ihr ihre ihren ihrer im in ist ja kann können man mit nach nicht noch nur ob oder ohne sein seine
    seinem seinen seiner sich sie sind so über um und uns unter viel viele vom von vor wann war waren warum was welche
    welchem welchen welcher welches wem wen wenn wer werden weshalb wessen wie wieso wieviel wieviele wir wird wo wodurch
    wofür woher wohin womit muss müssen musste darf dürfen soll sollen sollte mein meine meinem meinen
    meiner mich mir bitte worden wurde wurden zu zum zur zwischen`),
  fr: words(`à au aux avec ce ces cet cette combien comment d dans de depuis des dois doit du elle elles en est et était être eu
    fait il ils je l la le les leur leurs lui mais ne nous on ont ou où par pas peut peux pour pourquoi puis qu quand que quel quelle
    quelles quels qui quoi s sa sans se ses si son sont sur un une vous y a`),
  es: words(`a al como cómo con cual debe debo cuál cuáles cuando cuándo cuanto cuánto cuántos cuántas de del desde donde dónde el
    ella ellos en era es esta está están estoy este esto fue fueron ha han hay la las lo los más no o para pero puede puedo pueden por porque que qué quien
    quién quiénes se ser si sin tengo tiene tienen hace hacer sobre son su sus un una y`),
  it: words(`a al alla alle ai che chi ci come con cosa cui da dal dalla dei del della delle di do dopo dove e ed è era
    gli ha hanno ho i il in io la le lo ma mi mio nel nella non o per perché più posso qual quale quali quando quanti
    quanto quanta quante questo questa se si sono su sul sulla un una uno`),
  pt: words(`a ao aos as com como da das de devo do dos e é em era está eu foi há mais me meu minha na não nas no nos o
    onde os ou para pela pelo por porque porquê posso qual quais quando quanto quantos quantas que quem se são ser sua
    seu tem um uma`),
  nl: words(`aan al als bij dat de deze die dit door een en er had hebben heb heeft het hij hoe hoeveel ik in is kan
    kunnen maar met mijn moet mag na naar niet nog of om op over te tot uit van veel voor waar waarom wanneer was wat
    we welk welke wie wij wordt worden zijn`),
  pl: words(`a albo ale bo być był była by co czy czym dla dlaczego do gdzie i ich ile jak jaka jaki jakie jest jestem
    kiedy kto która który które mam mi mnie moja mój można na nie o od po pod przez przy się są skąd ta tak ten to tym w
    we z za ze`),
  tr: words(`ama ben bir biri bu çok da daha de diye en gibi hangi için ile ise ki kim kimdir kimin kime mi mı mu mü
    mudur midir mıdır müdür ne neden nedir nasıl nerede nereden nereye nerededir niçin niye o olan olarak ve veya var
    yok şu hem ya misiniz mısınız musunuz müsünüz`),
  ar: words(`أن أين أي إلى الى إن التي الذي أو ب بعد بين تم ثم حتى عن على عند عندما عليه غير فقط في قبل قد كان كانت كم كل
    كيف لا لم لماذا لن ليس ما ماذا متى مع من منذ هذا هذه هل هو هي هناك و ولا يتم يجب يمكن يمكنني كانوا به بها له لها
    منها منه فيه فيها يوجد توجد`),
  he: words(`אבל או איך איפה אילו אילה איזה איזו אין אל אם אני את אתה באיזו באיזה בין גם האם הוא היא היה היו הם זה זאת זו
    יש כאשר כדי כי כיצד ככה כל כמה לא למה לכמה לאן מאיפה מדוע מה מהו מהי מהן מהם מי מיהו מתי עד עם על של שלי אפשר ניתן
    צריך אחרי לפני רק`),
  ru: words(`а бы был была были было быть в вам вас во вот все всё вы где да для до его ее её если есть еще же за и из или
    им их к как какая какие каким каких какого какое какой какую когда кого кому кто ли на над не него нее нет них но о
    об он она они оно от откуда по под почему при с свой со сколько так там то того тоже том ты у уже чего чем через что
    чтобы это эта эти этот я является были зачем куда чей`),
  th: words(`ที่ และ ใน ของ เป็น ได้ มี ให้ การ ความ ว่า จะ ไม่ กับ จาก โดย นี้ นั้น อยู่ คือ ก็ หรือ แต่ ซึ่ง แล้ว ถูก ไป มา
    อะไร ใคร ไหน เมื่อ ไร เมื่อไร เมื่อไหร่ เมื่อใด อย่างไร เท่าไร เท่าไหร่ เท่าใด กี่ ทำไม ใด บ้าง ไหม ครับ ค่ะ ที่ไหน ยังไง`),
} satisfies Readonly<Record<string, ReadonlySet<string>>>

/** Chinese writes no spaces: these are cut out of a text, word by word, before its bigrams are made. */
export const chineseFunctionWords =
  words(`为什么 為什麼 什么 什麼 甚麼 哪 哪里 哪裡 哪个 哪個 哪些 哪年 哪种 哪位 谁 誰 多少 几 幾 几个 怎么 怎麼 怎么样
  怎样 怎樣 如何 何时 何時 何地 是否 吗 嗎 呢 请问 請問 的 了 是 在 和 与 與 被 有 把 从 從 对 對 于 於 就 都 也 个 個 这 這 那 之 其 由 以 及 或`)

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/))
}
