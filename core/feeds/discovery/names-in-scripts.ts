/** Of whole names those that say surname, given name and what is between, in this order: Russian and Ukrainian ones, and Vietnamese. */
export const SURNAME_FIRST_IN_SCRIPTS = /^(фио|ф\.?и\.?о\.?|піб)(клиента|пациента|сотрудника|клієнта|пацієнта)?$/;
export const GIVEN_NAME_LAST = /^họ(và)?tên(khách(hàng)?|bệnhnhân)?$/;

/** How fields that a tag fits are called in other scripts than the Latin one, or in letters that it has none for; blanks and points don't count. */
export const namesInScripts: readonly { tag: string; names: RegExp; confidence: number }[] = [
  {
    tag: 'given-name',
    names: /^(名|名字|имя|ім'?я|όνομα|الاسمالأول|الاسمالاول|שםפרטי|ชื่อ|이름\(名\)|tên)$/,
    confidence: 0.95,
  },
  {
    tag: 'surname',
    names: /^(姓|氏|名字\(姓\)|성|фамилия|прізвище|επώνυμο|اسمالعائلة|اللقب|שםמשפחה|นามสกุล|họ)$/,
    confidence: 0.95,
  },
  {
    tag: 'full-name',
    names:
      /^(姓名|氏名|お?名前|客户姓名|顧客名|お客様名|성명|이름|고객명|полноеимя|ονοματεπώνυμο|الاسم|الاسمالكامل|שם|שםמלא|ชื่อ-?(นาม)?สกุล|(पूरा)?नाम)$/,
    confidence: 0.9,
  },
  { tag: 'full-name', names: SURNAME_FIRST_IN_SCRIPTS, confidence: 0.9 },
  { tag: 'full-name', names: GIVEN_NAME_LAST, confidence: 0.9 },
  {
    tag: 'email',
    names:
      /^(邮箱|电子邮[件箱]|電子郵件|eメール|メール(アドレス)?|이메일(주소)?|почта|эл(ектронная)?почта|البريدالإلكتروني|דוא"?ל|אימייל)$/,
    confidence: 0.9,
  },
  {
    tag: 'phone',
    names:
      /^(手机(号码?)?|電話(番号|號碼)?|电话(号码)?|联系电话|联系方式|携帯(電話|番号|電話番号)?|手機|전화(번호)?|휴대(폰|전화)(번호)?|연락처|телефон|(моб|мобильный|контактный|сот|сотовый)\.?(телефон|тел)?|тел|номертелефона|τηλέφωνο|κινητό(τηλέφωνο)?|мобільнийтелефон|טלפון(נייד|סלולרי)|(رقم)?الهاتف|(رقم)?الجوال|טלפון|נייד|โทรศัพท์|เบอร์โทร(ศัพท์)?|मोबाइल(नंबर)?|फ़?ोन|(số)?điệnthoại|sđt)$/,
    confidence: 0.9,
  },
  {
    tag: 'address',
    names:
      /^(地址|住址|联系地址|家庭住址|住所\d?|番地|町名番地|주소|상세주소|адрес(регистрации|проживания|прописки|доставки)?|адреса|улица|вулиця|διεύθυνση|οδός|العنوان|כתובת|רחוב|ที่อยู่|पता|địachỉ)$/,
    confidence: 0.9,
  },
  {
    tag: 'city',
    names:
      /^(城市|市区町村|市町村|所在城市|도시|시군구|город|місто|πόλη|المدينة|עיר|ישוב|เมือง|शहर|thànhphố|quận(\/?huyện)?|อำเภอ|เขต)$/,
    confidence: 0.9,
  },
  {
    tag: 'state',
    names: /^(省份?|都道府県|시도|область|регион|νομός|المحافظة|จังหวัด|tỉnh(\/?thànhphố|\/tp)?)$/,
    confidence: 0.85,
  },
  {
    tag: 'postal',
    names:
      /^(邮编|邮政编码|郵遞區號|郵便番号|우편번호|индекс|почтовыйиндекс|поштовийіндекс|ταχυδρομικόςκώδικας|τκ|الرمزالبريدي|מיקוד|รหัสไปรษณีย์)$/,
    confidence: 0.9,
  },
  {
    tag: 'country',
    names: /^(国家|国|國家|국가|나라|страна|країна|χώρα|الدولة|البلد|מדינה|ประเทศ)$/,
    confidence: 0.85,
  },
  {
    tag: 'birthdate',
    names:
      /^(生年月日|誕生日|出生(日期|年月日?)|生日|생년월일|생일|дата(рожд|рождения)|д\.?р\.?|датанародження|(ημερομηνία|ημ\/?νία|ημ)γέννησης|تاريخالميلاد|תאריךלידה|วันเกิด|जन्म(तिथि|दिनांक)|ngàysinh|datumrođenja)$/,
    confidence: 0.95,
  },
  { tag: 'gender', names: /^(性别|性別|성별|пол|стать|φύλο|الجنس|מין|מגדר|เพศ|लिंग|giớitính)$/, confidence: 0.9 },
  {
    tag: 'company',
    names: /^(公司(名称)?|单位|会社名?|勤務先|회사명?|직장|компания|организация|εταιρεία|الشركة|חברה|บริษัท)$/,
    confidence: 0.8,
  },
];

/** A field's name as it is looked for among them. */
export const inScripts = (field: string): string =>
  field
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_.:：*＊]+/g, '');
